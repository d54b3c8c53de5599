"""The app's end of the process that forks a child for each file (`forking`)."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO, Final, Self

from retrieval.errors import Unavailable

_COMMAND: Final = (sys.executable, "-I", "-X", "utf8", "-m", "ingestion.parsing.forking")
_ENVIRONMENT: Final = {  # nothing of the app's: no key or password of it is in the process
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "DO_NOT_TRACK": "1",
    "UNSTRUCTURED_DISABLE_NOTICE": "1",
}
_PATIENCE: Final = 120.0  # seconds that starting may take, with all imports, on a busy machine
_FAREWELL: Final = 5.0  # seconds that ending may take
_NO_MORE: Final = b"\n"
_NONE_STARTED: Final = "No process could be started to read the file"
_ENDED: Final = "The process that reads files has ended unexpectedly. Please try again."


@dataclass(slots=True)
class Child:
    """A process that reads one file. Whoever leaves it early ends it."""

    number: int
    report: BinaryIO
    status: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        with self.report, contextlib.suppress(Unavailable):
            self.kill()
            self.wait()

    def wait(self) -> int:
        """Exit status; minus the number of the signal when one ended it.

        Raises: Unavailable when the server ended, and the child with it.
        """
        if self.status is None:
            said = self.report.readline()
            if not said:
                raise Unavailable(_ENDED)
            self.status = int(said)
        return self.status

    def kill(self) -> None:
        """With whatever it started: it leads a group, which nothing of it can leave."""
        if self.status is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.number, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class _Process:
    popen: subprocess.Popen[bytes]
    control: socket.socket

    @classmethod
    def started(cls) -> Self:
        """Raises: Unavailable."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                popen = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
                    _COMMAND,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    cwd="/",
                    env=_ENVIRONMENT,
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise Unavailable(f"{_NONE_STARTED}: {error.strerror}.") from error
        return cls(popen, ours)

    def has_ended(self) -> bool:
        """It sends nothing, so that only its end can be read."""
        return _can_be_read(self.control.fileno(), 0)

    def send(self, request: bytes, descriptors: list[int]) -> None:
        """Raises: Unavailable."""
        try:
            sent = socket.send_fds(self.control, [request], descriptors)
            self.control.sendall(request[sent:])
        except OSError as error:
            raise Unavailable(_ENDED) from error

    def end(self) -> None:
        """At once, with what it reads."""
        self.control.close()
        self.popen.kill()
        self.popen.wait()


@dataclass(slots=True)
class ForkServer:
    """Its process starts with the first file, and again when it has ended. Threads may share it."""

    _process: _Process | None = None
    _dismissed: list[_Process] = field(default_factory=list)  # they read what they have to its end
    _closed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def number(self) -> int | None:
        """Of its process, as the operating system counts."""
        return self._process.popen.pid if self._process else None

    def fork(self, request: bytes, answer: int, errors: int) -> Child:
        """A child that writes to these two descriptors. Raises: Unavailable."""
        heard, told = os.pipe()
        with contextlib.ExitStack() as closing, self._lock:
            report = closing.enter_context(os.fdopen(heard, "rb"))
            try:
                process = self._ready()
                process.send(request, [answer, errors, told])
            finally:
                os.close(told)
            child = Child(self._number_told(process, report), report)
            closing.pop_all()
            return child

    def renew(self) -> None:
        """The next file is read by a new process; what is being read goes on in the old one."""
        with self._lock:
            self._dismiss()

    def close(self) -> None:
        """Takes no more files. What is being read may be read to its end."""
        with self._lock:
            self._closed = True
            self._dismiss()
            for process in self._dismissed:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.popen.wait(_FAREWELL)
                    process.end()

    def _dismiss(self) -> None:
        if self._process is not None:
            with contextlib.suppress(Unavailable):
                self._process.send(_NO_MORE, [])
            self._dismissed.append(self._process)
            self._process = None

    def _ready(self) -> _Process:
        if self._closed:
            raise Unavailable("Colophon is shutting down; no more files are read.")
        for process in [one for one in self._dismissed if one.has_ended()]:
            process.end()
            self._dismissed.remove(process)
        if self._process is not None and self._process.has_ended():
            self._process.end()
            self._process = None
        if self._process is None:
            self._process = _Process.started()
        return self._process

    def _number_told(self, process: _Process, report: BinaryIO) -> int:
        if not _can_be_read(report.fileno(), _PATIENCE):
            process.end()
            self._process = None
        said = report.readline().decode().strip()
        if not said:
            raise Unavailable(_ENDED)
        if not said.isdecimal():
            raise Unavailable(f"{_NONE_STARTED}: {said}.")
        return int(said)


def _can_be_read(descriptor: int, seconds: float) -> bool:
    """Within so many seconds. Not select(2), which knows no descriptor above 1,023."""
    asked = select.poll()
    asked.register(descriptor, select.POLLIN)
    return bool(asked.poll(1000 * seconds))
