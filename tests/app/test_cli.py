"""How the commands come: listed without being loaded, and without a house when a server runs."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.main import get_command

from app.cli.connection import connected, said
from app.cli.listing import COMMANDS
from app.cli.main import app, loaded
from app.server_file import running_server
from app.settings import Settings

# These do their work themselves; all others ask the server.
AT_WORK = {"up", "web", "worker", "user", "backup", "restore", "eval", "eval-answers", "eval-files"}
HEAVY = {
    *("alembic", "chromadb", "dbos", "fastapi", "openai", "sentence_transformers", "sqlalchemy"),
    "torch",
}
START = """
import json, os, sys
from typer.testing import CliRunner
from app.cli.main import app, loaded

shown = CliRunner().invoke(app, ["--help"]).stdout
listed = [name for name in sys.modules if name.startswith("app.")]
for name in sys.argv[1:]:
    loaded(name)

from app.cli.connection import connected
from app.server_file import ServerAddress, publish
from app.settings import load_settings

settings = load_settings()
settings.data_dir.mkdir()
publish(settings.data_dir, ServerAddress("http://127.0.0.1:9", "", "", os.getpid()))
with connected(settings):
    print(json.dumps({"shown": shown, "listed": listed, "asking": list(sys.modules)}))
"""


@pytest.fixture
def log_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_commands_that_ask_the_server_load_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLOPHON_DATA_DIR", str(tmp_path / "data"))
    asking = sorted(COMMANDS.keys() - AT_WORK)
    started = [sys.executable, "-c", START, *asking]
    told = subprocess.run(started, capture_output=True, text=True, check=True)
    found = json.loads(told.stdout)
    assert [name for name in COMMANDS if f" {name} " not in found["shown"]] == []
    assert set(found["listed"]) == {"app.cli", "app.cli.listing", "app.cli.main"}
    assert "app.cli.questions" in found["asking"]
    assert HEAVY & set(found["asking"]) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_of_itself_what_the_list_says_of_it(name: str) -> None:
    assert loaded(name).commands[name].help == COMMANDS[name].help
    assert get_command(app).commands[name].help == COMMANDS[name].help


@pytest.mark.timeout(120)
def test_without_a_server_a_command_has_one_of_its_own(tmp_path: Path, log_as_it_was: None) -> None:
    nobody = {"engine_url": "http://127.0.0.1:9/v1"}
    settings = Settings.model_validate({"data_dir": tmp_path / "data", "models": nobody})
    with connected(settings) as client:
        assert said(client.get("/knowledge-bases")) == []
    assert running_server(settings.data_dir) is None
