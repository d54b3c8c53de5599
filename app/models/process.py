"""Our own engine as a child process: started with the app, started again when it dies."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

RESTART_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)  # before each new start; the last one repeats
STOP_SECONDS = 10.0

log = structlog.get_logger()


@dataclass(slots=True)
class EngineProcess:
    """`python -m engine` with the given arguments, supervised by a thread."""

    arguments: Sequence[str]
    log_file: Path
    _stopping: threading.Event = field(default_factory=threading.Event)
    _child: subprocess.Popen[bytes] | None = None
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Returns at once; models load in the child while the app serves."""
        self._child = self._launch()
        self._thread = threading.Thread(target=self._supervise, name="engine", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _launch(self) -> subprocess.Popen[bytes]:
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as output:
            return subprocess.Popen(  # noqa: S603  (our own interpreter, our own arguments)
                [sys.executable, "-m", "engine", *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _supervise(self) -> None:
        deaths = 0
        while self._child is not None:
            code = self._child.wait()
            if self._stopping.is_set():
                return
            pause = RESTART_SECONDS[min(deaths, len(RESTART_SECONDS) - 1)]
            deaths += 1
            log.warning("engine died", exit_code=code, restart_in=pause, log=str(self.log_file))
            if self._stopping.wait(pause):
                return
            self._child = self._launch()
