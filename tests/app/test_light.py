"""The app process stays small: what only a child or the engine needs is not imported in it."""

import json
import subprocess
import sys

HEAVY = {
    "cv2",
    "onnxruntime",
    "pandas",
    "pypdfium2",
    "sentence_transformers",
    "sklearn",
    "spacy",
    "tokenizers",
    "torch",
    "transformers",
    "unstructured",
}
ENTRIES = "import app.main, app.serving, app.wiring, app.cli.serve_commands"


def test_the_app_imports_no_model_no_tokenizer_and_no_reader_of_files() -> None:
    code = f"import json, sys\n{ENTRIES}\nprint(json.dumps(sorted(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(json.loads(shown.stdout))
    assert "app.wiring" in imported
    assert not HEAVY & imported
