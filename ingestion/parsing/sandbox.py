"""Starts the child, hands its lines on, and makes sure that nothing of it is left."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class _Clock:
    """Ends the child at `deadline`, by the monotonic clock."""

    child: subprocess.Popen[bytes]
    deadline: float
    expired: threading.Event = field(default_factory=threading.Event)
    timer: threading.Timer | None = None

    def extend(self, seconds: float) -> None:
        if self.timer is not None and not seconds:
            return
        self.stop()
        self.deadline += seconds
        self.timer = threading.Timer(self.deadline - time.monotonic(), self._expire)
        self.timer.start()

    def stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()

    def _expire(self) -> None:
        self.expired.set()
        _kill_group(self.child)


def run_child(request: bytes, seconds: float, on_line: Callable[[bytes], float]) -> Ending:
    """Calls `on_line` for every line of the child's answer, in this thread.

    What it returns is added to the `seconds` after which the child is ended.
    The child sees an empty folder of its own and none of this process's environment.
    """
    with tempfile.TemporaryDirectory(
        prefix="colophon-parse-", ignore_cleanup_errors=True
    ) as folder:
        with tempfile.TemporaryFile() as complaints, _started(folder, complaints.fileno()) as child:
            clock = _Clock(child, time.monotonic() + seconds)
            try:
                clock.extend(0.0)
                _converse(child, request, lambda line: clock.extend(on_line(line)))
                child.wait()
            finally:
                clock.stop()
                _kill_group(child)
            complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - _COMPLAINT_BYTES))
            complaint = complaints.read().decode(errors="replace").strip()
        return Ending(child.returncode, clock.expired.is_set(), complaint)


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


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """Ends the child and whatever it started: `start_new_session` made it lead a group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
