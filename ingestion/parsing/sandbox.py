"""Has a child read a file, hands its lines on, and makes sure that nothing of it is left."""

import contextlib
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from ingestion.parsing.server import Child, ForkServer
from ingestion.parsing.wire import RESULT_BYTES

_COMPLAINT_BYTES: Final = 2_000
# All children of one server have their code at the same addresses: what a file learns from crashing
# its reader is of no use against the next, which a new server reads.
_CRASHES: Final = (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGABRT, signal.SIGSYS)


@dataclass(frozen=True, slots=True)
class Ending:
    status: int  # exit status; minus the number of the signal when one ended it
    expired: bool  # the wall clock ended it
    complaint: str  # end of its error output


@dataclass(slots=True)
class _Clock:
    """Ends the child at `deadline`, by the monotonic clock."""

    child: Child
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
        self.child.kill()


def run_child(
    server: ForkServer,
    request: Callable[[Path], bytes],
    seconds: float,
    on_line: Callable[[bytes], float],
) -> Ending:
    """Calls `on_line` for every line of the child's answer, in this thread.

    What it returns is added to the `seconds` after which the child is ended. `request` says what
    to read, given the empty folder that the child may write to.

    Raises: Unavailable when the server ended meanwhile.
    """
    with (
        tempfile.TemporaryDirectory(prefix="colophon-parse-", ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryFile() as complaints,
    ):
        with _forked(server, request(Path(folder)), complaints) as (child, answer):
            clock = _Clock(child, time.monotonic() + seconds)
            try:
                clock.extend(0.0)
                while line := answer.readline(RESULT_BYTES):
                    clock.extend(on_line(line))
                status = child.wait()
            finally:
                clock.stop()
        if -status in _CRASHES:
            server.renew()
        complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - _COMPLAINT_BYTES))
        complaint = complaints.read().decode(errors="replace").strip()
        return Ending(status, clock.expired.is_set(), complaint)


@contextlib.contextmanager
def _forked(
    server: ForkServer, request: bytes, complaints: BinaryIO
) -> Iterator[tuple[Child, BinaryIO]]:
    """The child, and what it answers."""
    heard, told = os.pipe()
    with os.fdopen(heard, "rb") as answer:
        try:
            child = server.fork(request, told, complaints.fileno())
        finally:
            os.close(told)
        with child:
            yield child, answer
