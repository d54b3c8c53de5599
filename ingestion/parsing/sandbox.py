"""Starts the child, hands its lines on, and makes sure that nothing of it is left."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingestion.parsing.wire import RESULT_BYTES

_COMMAND: Final = (sys.executable, "-I", "-X", "utf8", "-m", "ingestion.parsing.child")
_COMPLAINT_BYTES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Ending:
    status: int  # exit status; minus the number of the signal when one ended it
    expired: bool  # the wall clock ended it
    complaint: str  # end of its error output


def run_child(request: bytes, seconds: float, on_line: Callable[[bytes], None]) -> Ending:
    """Calls `on_line` for every line of the child's answer, in this thread.

    The child sees an empty folder of its own and none of this process's environment.
    """
    with tempfile.TemporaryDirectory(
        prefix="colophon-parse-", ignore_cleanup_errors=True
    ) as folder:
        with tempfile.TemporaryFile() as complaints, _started(folder, complaints.fileno()) as child:
            expired = threading.Event()
            clock = threading.Timer(seconds, _expire, (child, expired))
            clock.start()
            try:
                _converse(child, request, on_line)
                child.wait()
            finally:
                clock.cancel()
                _kill_group(child)
            complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - _COMPLAINT_BYTES))
            complaint = complaints.read().decode(errors="replace").strip()
        return Ending(child.returncode, expired.is_set(), complaint)


@contextlib.contextmanager
def _started(folder: str, complaints: int) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(  # noqa: S603 - a fixed command, no shell
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        cwd=folder,
        env=_environment(Path(folder)),
        start_new_session=True,
    ) as child:
        yield child


def _environment(folder: Path) -> dict[str, str]:
    """Nothing is inherited, so no key or password of the server is readable in the child."""
    return {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "DO_NOT_TRACK": "1",
        "UNSTRUCTURED_DISABLE_NOTICE": "1",
    }


def _converse(
    child: subprocess.Popen[bytes], request: bytes, on_line: Callable[[bytes], None]
) -> None:
    if child.stdin is None or child.stdout is None:
        raise ValueError("the child was started without pipes")
    with contextlib.suppress(BrokenPipeError), child.stdin as pipe:
        pipe.write(request)
    while line := child.stdout.readline(RESULT_BYTES):
        on_line(line)


def _expire(child: subprocess.Popen[bytes], expired: threading.Event) -> None:
    expired.set()
    _kill_group(child)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """Ends the child and whatever it started: `start_new_session` made it lead a group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
