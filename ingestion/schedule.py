"""When something is due: a rule over its last time, so a machine that slept catches up once."""

from dataclasses import dataclass
from datetime import UTC, datetime

from croniter import croniter

from retrieval.errors import Invalid

CRON_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Schedule:
    nightly: str | None  # cron of what has none of its own; None: that is never due

    def due_at(self, cron: str | None, after: datetime) -> datetime | None:
        """The first time after that moment; None when nothing is scheduled."""
        wanted = cron or self.nightly
        return next_time(wanted, after) if wanted is not None else None


def next_time(cron: str, after: datetime) -> datetime:
    """In UTC. The five fields mean the clock on this machine's wall, summer time included."""
    times = croniter(cron, _on_the_wall(after))
    while True:
        moment = _moment(times.get_next(datetime))
        if moment > after:
            return moment


def _moment(wall: datetime) -> datetime:
    """When the clock shows that: twice a year not at all, and then after the jump; or twice."""
    both = [wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    real = [moment for moment in both if _on_the_wall(moment) == wall]
    return min(real) if real else max(both)


def _on_the_wall(moment: datetime) -> datetime:
    return moment.astimezone().replace(tzinfo=None)


def checked_cron(cron: str | None) -> str | None:
    """Blank means the nightly schedule. Raises: Invalid for what names no times."""
    if cron is None or not cron.strip():
        return None
    if len(cron.split()) != CRON_FIELDS or not croniter.is_valid(cron):
        raise Invalid(
            f"“{cron}” names no times. Five fields do: minute, hour, day, month and weekday; "
            "“0 2 * * *” means every night at two."
        )
    return cron
