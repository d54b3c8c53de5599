"""What is worth an alert: runs that ended badly, and runs that never were."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, exists, select, update
from sqlalchemy.engine import Connection

from ingestion.jobs import QUEUED, RUNNING
from ingestion.schedule import Schedule
from ingestion.sources.last_runs import last_ended_starts
from ingestion.sources.record import enabled_sources
from ingestion.sources.runs import FAILED, HELD, MAX_PROBLEMS
from ingestion.sources.tally import unread
from retrieval.tables import jobs, knowledge_bases, source_runs, sources

NAMED: Final = 5  # documents that an alert names


@dataclass(frozen=True, slots=True)
class Notice:
    id: str  # says about what, so that each is told once
    kind: str  # of the table `alerts`, or "test"
    text: str
    source: str | None


@dataclass(frozen=True, slots=True)
class EndedRun:
    id: str
    notice: Notice | None  # None when all went well

    def mark(self, connection: Connection, now: datetime) -> None:
        connection.execute(
            update(source_runs).where(source_runs.c.id == self.id).values(told_at=now)
        )


def of_ended_runs(connection: Connection) -> list[EndedRun]:
    """Runs that nobody looked at since they ended, and whose documents are all through."""
    working = exists().where(jobs.c.run_id == source_runs.c.id, jobs.c.state.in_([QUEUED, RUNNING]))
    query = (
        select(source_runs, sources.c.location, sources.c.removed_at, knowledge_bases.c.name)
        .join(sources, sources.c.id == source_runs.c.source_id)
        .join(knowledge_bases, knowledge_bases.c.id == sources.c.knowledge_base_id)
        .where(
            source_runs.c.finished_at.is_not(None),
            source_runs.c.told_at.is_(None),
            ~working | source_runs.c.state.in_([FAILED, HELD]),
        )
        .order_by(source_runs.c.finished_at)
    )
    return [EndedRun(row.id, _of_run(connection, row)) for row in connection.execute(query).all()]


def of_silence(connection: Connection, schedule: Schedule, before: datetime) -> list[Notice]:
    """Sources that should have been followed before that moment and were not."""
    found = enabled_sources(connection)
    last = last_ended_starts(connection, [source.id for source in found])
    silent = []
    for source in found:
        since = max(source.due_since, last.get(source.id, source.due_since))
        due = schedule.due_at(source.cron, since)
        if due is not None and due < before:
            text = (
                f"{source.location} has not been followed since {_moment(since)}. "
                f"The run of {_moment(due)} did not happen, or has not ended."
            )
            silent.append(
                Notice(f"source:{source.id}:silent:{due.date()}", "silent", text, source.id)
            )
    return silent


def _of_run(connection: Connection, row: Row[Any]) -> Notice | None:
    if row.dry_run or row.removed_at is not None:
        return None
    where = f"{row.location} ({row.name})"
    if row.state == FAILED:
        return Notice(f"run:{row.id}:failed", "failed", f"{where}: {row.error}", row.source_id)
    if row.state == HELD:
        text = f"{where}: {row.error} An administrator can have them removed."
        return Notice(f"run:{row.id}:held", "held", text, row.source_id)
    fresh = _fresh_failures(connection, row)
    if not fresh:
        return None
    named = "; ".join(f"{path}: {reason}" for path, reason in fresh[:NAMED])
    more = f"; and {len(fresh) - NAMED} more" if len(fresh) > NAMED else ""
    text = f"{where}: {len(fresh)} documents failed. {named}{more}"
    return Notice(f"run:{row.id}:failed", "failed", text, row.source_id)


def _fresh_failures(connection: Connection, row: Row[Any]) -> list[tuple[str, str]]:
    """Without those that the run before failed with, too: these were told already."""
    before = (
        select(source_runs.c.problems)
        .where(
            source_runs.c.source_id == row.source_id,
            source_runs.c.started_at < row.started_at,
            source_runs.c.dry_run.is_(False),
        )
        .order_by(source_runs.c.started_at.desc())
        .limit(1)
    )
    known = {problem["path"] for problem in connection.scalar(before) or ()}
    fresh = [(p["path"], p["reason"]) for p in row.problems if p["path"] not in known]
    failed = unread(connection, row.id, MAX_PROBLEMS)
    return fresh + [(one.path, one.reason) for one in failed if one.is_new]


def _moment(moment: datetime) -> str:
    """On the clock of this machine, as the schedule is."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
