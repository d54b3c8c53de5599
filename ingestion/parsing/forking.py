"""`python -m ingestion.parsing.forking`: imports the readers and forks a child for each file.

Standard input is a socket to the app. A request comes with three descriptors: the answer pipe and
the error output of the child, and a pipe on which this process tells the child's number and, when
it has ended, its exit status. This process opens no file, starts no thread and holds no document.
It ends, and its children with it, when the app has closed the socket or died. A line without
descriptors asks it to end when its last child has.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import tempfile
from dataclasses import dataclass, field
from typing import Final

from ingestion.parsing import wire
from ingestion.parsing.child import read_file
from ingestion.parsing.guard import forbid_network
from ingestion.parsing.reading import make_ready

_INPUT, _OUTPUT, _ERRORS, _ANSWER = range(4)  # descriptors of a child
_HIGHEST: Final = 1 << 16  # descriptor: this process has one for each child and a few more
_MOST_BYTES: Final = 1 << 16
_DESCRIPTORS: Final = 3  # that come with a request


def main() -> int:
    control = socket.socket(fileno=_INPUT)
    gc.disable()
    # thinc, below spaCy, imports torch where it finds it: 1.5 s and 100 MiB for nothing. None in
    # sys.modules makes that import fail in the way that thinc is prepared for.
    sys.modules["torch"] = None  # type: ignore[assignment]  # as Python documents it
    forbid_network()
    # The app closes the socket when it ends; a signal to its group must not come before.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    request = _Forking(control, _bell()).serve()
    if request is None:
        return 0
    status = read_file(request, _ANSWER)
    sys.stdout.flush()
    sys.stderr.flush()
    # NOTE: without taking the interpreter apart, which would copy every page that is shared.
    os._exit(status)


def _bell() -> int:
    """A descriptor that can be read when a child has ended."""
    heard, rung = os.pipe()
    os.set_blocking(heard, False)
    os.set_blocking(rung, False)
    signal.set_wakeup_fd(rung, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _noted)
    return heard


def _noted(_number: int, _frame: object) -> None:
    """The bell has rung: that is all."""


@dataclass(slots=True)
class _Forking:
    control: socket.socket
    bell: int
    reports: dict[int, int] = field(default_factory=dict)  # pipes to the app, by child

    def serve(self) -> wire.Request | None:
        """Returns twice: its request in each child, None in this process when the app is gone."""
        wanted = True
        while wanted or self.reports:
            ready, _, _ = select.select([_INPUT, self.bell], [], [])
            if self.bell in ready:
                os.read(self.bell, _MOST_BYTES)
                self._report_ended()
            if _INPUT in ready:
                line, descriptors = self._received()
                if not line:
                    break
                wanted = len(descriptors) == _DESCRIPTORS
                if wanted and self._fork(request := wire.decode_request(line), *descriptors):
                    return request
        self._end_all()
        return None

    def _received(self) -> tuple[bytes, list[int]]:
        """One line: the app sends the next when this one was answered. Nothing at its end."""
        line, descriptors = b"", []
        while not line.endswith(b"\n"):
            part, found, _, _ = socket.recv_fds(self.control, _MOST_BYTES, _DESCRIPTORS)
            descriptors += found
            if not part:
                return b"", []
            line += part
        return line, descriptors

    def _fork(self, request: wire.Request, answer: int, errors: int, report: int) -> bool:
        """Whether this is the child."""
        with contextlib.suppress(ImportError):  # then the child fails at it and says so
            make_ready(request.media_type, looks=request.look is not None)
        gc.freeze()
        try:
            child = os.fork()
        except OSError as error:
            _tell(report, error.strerror or "")
            os.close(report)
        else:
            if not child:
                self._become_child(request, answer, errors)
                return True
            _lead_group(child)
            self.reports[child] = report
            _tell(report, child)
        os.close(answer)
        os.close(errors)
        return False

    def _become_child(self, request: wire.Request, answer: int, errors: int) -> None:
        """Keeps nothing of this process but what it has imported."""
        _lead_group(0)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.control.detach()
        # NOTE: all are above the four places, which are taken in this process.
        os.dup2(os.open(os.devnull, os.O_RDONLY), _INPUT)
        os.dup2(errors, _OUTPUT)
        os.dup2(errors, _ERRORS)
        os.dup2(answer, _ANSWER)
        os.closerange(_ANSWER + 1, _HIGHEST)
        os.chdir(request.folder)
        places = {"HOME": str(request.folder), "TMPDIR": str(request.folder)}
        os.environ.update(places)  # noqa: TID251 - nothing is read: it is the child's own
        tempfile.tempdir = None  # a library may have asked for it before

    def _report_ended(self) -> None:
        for child in list(self.reports):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                _end_group(child)  # what it started
                report = self.reports.pop(child)
                _tell(report, os.waitstatus_to_exitcode(status))
                os.close(report)

    def _end_all(self) -> None:
        for child in self.reports:
            _end_group(child)
            os.waitpid(child, 0)


def _lead_group(child: int) -> None:
    """Done by both, so that neither goes on before it is; the app ends the child by its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpgid(child, child)


def _end_group(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)


def _tell(report: int, said: object) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(report, f"{said}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
