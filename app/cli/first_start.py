"""Says at the terminal what becomes ready after the web is there already."""

import threading
from dataclasses import dataclass, field

from app.cli.terminal import console, print_finding
from app.house import House

LOOK_SECONDS = 0.5


@dataclass(slots=True)
class Watch:
    """A line for each thing that becomes ready; `examine` adds the doctor's findings."""

    house: House
    examine: bool
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._watch, name="first-start", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(LOOK_SECONDS * 4)

    def _watch(self) -> None:
        waiting = {"embedder": "Search works.", "generator": "Answers work."}
        while waiting and not self._stopping.wait(LOOK_SECONDS):
            for model in self.house.models.status.models():
                if model.state == "failed" and model.role in waiting:
                    del waiting[model.role]
                    console.print(f"  [red]{model.name} cannot be loaded:[/red] {model.detail}")
                elif model.state == "ready" and model.role in waiting:
                    console.print(f"  {waiting.pop(model.role)}", highlight=False)
        if self.examine:
            self._wait_for_jobs()
            for finding in self.house.platform.doctor.examine():
                print_finding(finding)

    def _wait_for_jobs(self) -> None:
        while self.house.platform.jobs.unfinished() and not self._stopping.wait(LOOK_SECONDS):
            pass
