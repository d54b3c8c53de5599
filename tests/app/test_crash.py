"""kill -9 in the middle of fifty documents: afterwards all are there, and none is there twice."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.app.ingesting import DOCUMENTS

COMMAND = [sys.executable, "-m", "tests.app.ingesting"]
PATIENCE = 90.0  # seconds


def _done(data_dir: Path) -> int:
    with closing(sqlite3.connect(data_dir / "colophon.sqlite3")) as connection:
        [[count]] = connection.execute("SELECT count(*) FROM jobs WHERE state = 'done'")
        return int(count)


def _kill_when(data_dir: Path, done: int) -> None:
    with subprocess.Popen([*COMMAND, str(data_dir)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "put\n"
        end = time.monotonic() + PATIENCE
        while _done(data_dir) < done and time.monotonic() < end:
            time.sleep(0.02)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL


@pytest.mark.timeout(300)
def test_fifty_documents_survive_two_kills(tmp_path: Path) -> None:
    _kill_when(tmp_path, done=5)
    assert 5 <= _done(tmp_path) < DOCUMENTS
    _kill_when(tmp_path, done=20)
    finished = subprocess.run(
        [*COMMAND, str(tmp_path)], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert json.loads(finished.stdout.splitlines()[-1]) == {
        "documents": DOCUMENTS,
        "different": DOCUMENTS,
        "searchable": DOCUMENTS,
        "chunks": DOCUMENTS,
        "different_chunks": DOCUMENTS,
        "healthy": True,
    }
