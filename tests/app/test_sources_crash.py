"""kill -9 in the middle of a run: it goes on where it was, and its report counts right."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "tests.app.following"]
FILES = 40
PATIENCE = 90.0  # seconds


def _taken(data_dir: Path) -> int:
    with closing(sqlite3.connect(data_dir / "colophon.sqlite3")) as connection:
        [[count]] = connection.execute("SELECT count(*) FROM documents")
        return int(count)


def _killed_when(words: list[str], data_dir: Path, taken: int) -> int:
    """How many documents the killed process left behind."""
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "following\n"
        end = time.monotonic() + PATIENCE
        while _taken(data_dir) < taken and time.monotonic() < end:
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    return _taken(data_dir)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_killed_run_goes_on_and_counts_each_document_once(tmp_path: Path) -> None:
    data_dir, share = tmp_path / "data", tmp_path / "share"
    share.mkdir()
    for number in range(FILES):
        (share / f"{number}.txt").write_text(f"Rule {number}: bring tool {number}.")
    words = [*COMMAND, str(data_dir), str(share)]
    left = [_killed_when(words, data_dir, taken) for taken in (6, 18)]
    assert 6 <= left[0] < left[1] < FILES  # both came in the middle of the listing's work
    ended = subprocess.run(words, capture_output=True, text=True, timeout=200, check=True)
    assert json.loads(ended.stdout.splitlines()[-1]) == {
        "runs": 1,
        "documents": FILES,
        "different": FILES,
        "healthy": True,
        "state": "done",
        "added": FILES,
        "changed": 0,
        "unchanged": 0,
        "failed": 0,
        "working": 0,
    }
