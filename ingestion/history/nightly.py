"""Forgetting at its time: looked at every minute, done once a night."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ingestion.history.retention import Forgotten, Retention
from ingestion.schedule import Schedule


@dataclass(slots=True)
class NightlyPruning:
    retention: Retention
    schedule: Schedule
    clock: Callable[[], datetime]
    tell: Callable[[Forgotten], None]
    last: datetime  # when it was done, or when the process began

    def look(self) -> None:
        due = self.schedule.due_at(None, self.last)
        now = self.clock()
        if due is not None and due <= now:
            self.last = now
            self.tell(self.retention.prune())
