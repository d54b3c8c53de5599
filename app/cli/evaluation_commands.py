"""`colophon eval` and `eval-files`: arguments and help. The deeds are in the modules beside."""

from pathlib import Path

from app.cli import evaluation, file_evaluation
from app.cli.options import Json
from app.cli.terminal import errors_told
from app.settings import load_settings


def evaluate(folder: Path, as_json: Json = False) -> None:
    """Measure the search on a labelled set (corpus.jsonl, queries.jsonl, qrels.tsv)."""
    with errors_told():
        evaluation.run(load_settings(), folder, as_json=as_json)


def evaluate_files(folder: Path, as_json: Json = False) -> None:
    """Read the files that FOLDER/manifest.tsv names. Exit code 1: one is not as it says."""
    with errors_told():
        file_evaluation.run(load_settings(), folder, as_json=as_json)
