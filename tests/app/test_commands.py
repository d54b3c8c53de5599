"""The commands as processes: how they start, refuse, speak and stop. No models: none are asked."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.server_file import running_server
from app.serving import http_url, listen_anywhere

PATIENCE = 60.0  # seconds
Command = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def port() -> int:
    with listen_anywhere() as free:
        number: int = free.getsockname()[1]
    return number


@pytest.fixture
def colophon(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Starts a command on the test's data folder; what still runs afterwards is ended."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str, **variables: str) -> "subprocess.Popen[str]":
        settings = {
            "COLOPHON_DATA_DIR": str(tmp_path / "data"),
            "COLOPHON_SERVER__PORT": str(port),
            "COLOPHON_MODELS__ENGINE_URL": "http://127.0.0.1:9/v1",  # where nobody is
        }
        with monkeypatch.context() as environment:
            for name, value in (settings | variables).items():
                environment.setenv(name, value)
            process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", *words],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def serving(colophon: Command, data_dir: Path) -> "subprocess.Popen[str]":
    process = colophon("up", "--no-samples")
    end = time.monotonic() + PATIENCE
    while running_server(data_dir) is None and time.monotonic() < end:
        assert process.poll() is None, process.stderr
        time.sleep(0.05)
    return process


@pytest.mark.timeout(240)
def test_a_server_refuses_a_second_one_and_stops_tidily(
    colophon: Command, tmp_path: Path, port: int
) -> None:
    data_dir = tmp_path / "data"
    first = serving(colophon, data_dir)

    with listen_anywhere() as free:
        other = str(free.getsockname()[1])
    same_folder = colophon("up", COLOPHON_SERVER__PORT=other)
    _, told = same_folder.communicate(timeout=PATIENCE)
    assert same_folder.returncode == 1
    assert told.startswith(f"Another Colophon process (number {first.pid}) uses this index.")
    assert told.count("\n") == 1

    same_port = colophon("up", COLOPHON_DATA_DIR=str(tmp_path / "other"))
    _, told = same_port.communicate(timeout=PATIENCE)
    assert same_port.returncode == 1
    assert told.startswith(f"Port {port} of 127.0.0.1 is taken.")
    assert told.count("\n") == 1

    first.send_signal(signal.SIGTERM)
    output, log = first.communicate(timeout=PATIENCE)
    assert first.returncode == 0
    assert "Sign in as admin" in output
    assert "Traceback" not in log
    assert not (data_dir / "server.json").exists()


@pytest.mark.timeout(120)
def test_names_are_printed_as_they_are(colophon: Command, tmp_path: Path) -> None:
    """A name in square brackets is no instruction to the terminal."""
    serving(colophon, tmp_path / "data")
    note = tmp_path / "note.txt"
    note.write_text("")
    colophon("ingest", str(note), "-k", "HR [/old]").communicate(timeout=PATIENCE)
    output, complaints = colophon("doctor").communicate(timeout=PATIENCE)
    assert "index: HR [/old]: 0 passages, all in both indexes" in output
    assert complaints == ""


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("COLOPHON_SERVER__PROT", "1", "There is no setting COLOPHON_SERVER__PROT."),
        ("COLOPHON_SERVER__PORT", "high", "The setting server.port (COLOPHON_SERVER__PORT)"),
        ("COLOPHON_SERVER__HOST", "8.8.8.8", "Colophon cannot listen at 8.8.8.8"),
        ("COLOPHON_DATA_DIR", "/proc/nowhere", "The data folder /proc/nowhere cannot be made"),
        ("COLOPHON_DATABASE_URL", "mysql://me:secret@x/y", "The database's address must begin"),
        (
            "COLOPHON_DATABASE_URL",
            "postgresql+psycopg://me:secret@127.0.0.1:9/x",
            "The database does not answer: ",
        ),
        ("COLOPHON_CONFIG", "/no/such/file", "COLOPHON_CONFIG names /no/such/file"),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    tmp_path: Path, port: int, variable: str, value: str, words: str
) -> None:
    """In this process: what is tried is what is said, and starting Python anew takes seconds."""
    settings = {"COLOPHON_DATA_DIR": str(tmp_path), "COLOPHON_SERVER__PORT": str(port)}
    ended = CliRunner().invoke(app, ["up"], env=settings | {variable: value})
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith(words)
    assert "secret" not in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_wrong_setting_ends_the_process_with_its_sentence(colophon: Command) -> None:
    process = colophon("up", COLOPHON_SERVER__PORT="high")
    output, complaints = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output, complaints.count("\n")) == (1, "", 1)
    assert complaints.startswith("The setting server.port")


def test_an_address_of_the_new_internet_has_brackets() -> None:
    assert http_url("::1", 8080) == "http://[::1]:8080"
    assert http_url("127.0.0.1", 8080) == "http://127.0.0.1:8080"
