"""When a source is due: a rule over its last run, so a machine that slept catches up once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from croniter import croniter
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from retrieval.errors import Invalid
from retrieval.tables import source_runs

CRON_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Schedule:
    nightly: str | None  # cron of the sources that have none; None: these are never due

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


def last_starts(connection: Connection, source_ids: Sequence[str]) -> dict[str, datetime]:
    """When each was last run in earnest, by id; one that never was is missing."""
    return _last(connection, source_ids, only_ended=False)


def last_ended_starts(connection: Connection, source_ids: Sequence[str]) -> dict[str, datetime]:
    """The same of runs that came to their end."""
    return _last(connection, source_ids, only_ended=True)


def _last(
    connection: Connection, source_ids: Sequence[str], *, only_ended: bool
) -> dict[str, datetime]:
    query = (
        select(source_runs.c.source_id, func.max(source_runs.c.started_at).label("started"))
        .where(source_runs.c.source_id.in_(source_ids), source_runs.c.dry_run.is_(False))
        .group_by(source_runs.c.source_id)
    )
    if only_ended:
        query = query.where(source_runs.c.finished_at.is_not(None))
    return {row.source_id: row.started for row in connection.execute(query)}
