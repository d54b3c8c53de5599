"""Rows of `source_runs`: what a run found, kept as it goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update
from sqlalchemy.engine import Connection

from ingestion.sources.tally import changes, tally
from retrieval.errors import NotFound
from retrieval.store.database import Database
from retrieval.tables import source_runs

MAX_CHANGES: Final = 1_000  # kept per run; the counts are always whole
MAX_PROBLEMS: Final = 100
GONE: Final = "This source was removed while it was being followed."
RUNNING, DONE, HELD, FAILED = "running", "done", "held", "failed"


@dataclass(frozen=True, slots=True)
class Problem:
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """How a run ended. `failed` counts what was not taken in; a job that fails comes later."""

    state: str = RUNNING
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    held: int = 0
    failed: int = 0
    problems: tuple[Problem, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()  # key and what happened to it
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    id: str
    dry_run: bool
    remove_anyway: bool
    removed: int  # before it was interrupted
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Runs:
    database: Database
    clock: Callable[[], datetime]

    def begin(self, source: str, run: str) -> Run | None:
        """The run, new or interrupted; None when it has ended. Makes its row when missing."""
        with self.database.write() as connection:
            query = select(source_runs).where(source_runs.c.id == run)
            row = connection.execute(query).one_or_none()
            if row is None:
                values = {"id": run, "source_id": source, "started_at": self.clock()}
                connection.execute(insert(source_runs).values(**values))
                row = connection.execute(query).one()
        if row.finished_at is not None:
            return None
        return Run(run, row.dry_run, row.remove_anyway, row.removed, _kept(row.changes))

    def require(self, run: str) -> None:
        """Raises: NotFound when its source was removed meanwhile."""
        query = select(source_runs.c.id).where(
            source_runs.c.id == run, source_runs.c.finished_at.is_(None)
        )
        with self.database.read() as connection:
            if connection.scalar(query) is None:
                raise NotFound(GONE)

    def note_removed(self, connection: Connection, run: str, keys: Sequence[str]) -> None:
        """In the transaction that removes them, so that each is counted once."""
        row = connection.execute(select(source_runs).where(source_runs.c.id == run)).one()
        noted = [*row.changes, *({"path": key, "change": "removed"} for key in keys)]
        values = {"removed": row.removed + len(keys), "changes": noted[:MAX_CHANGES]}
        connection.execute(update(source_runs).where(source_runs.c.id == run).values(**values))

    def end(self, run: str, report: Report) -> Report:
        """What was added and changed is counted from the rows; returns the report with it."""
        with self.database.write() as connection:
            row = connection.execute(
                select(source_runs).where(source_runs.c.id == run)
            ).one_or_none()
            if row is None:
                raise NotFound(GONE)
            counted = _whole(connection, row, report)
            values = _values(counted) | {"finished_at": self.clock()}
            connection.execute(update(source_runs).where(source_runs.c.id == run).values(**values))
        return counted


def _whole(connection: Connection, row: Row[Any], report: Report) -> Report:
    """A dry run says what it would do; a real one what it did."""
    if row.dry_run:
        return report
    done = tally(connection, row.id)
    held = [change for change in report.changes if change[1] == "held"]
    brought = _kept(changes(connection, row.id, MAX_CHANGES))
    return Report(
        state=report.state,
        added=done.added,
        changed=done.changed,
        removed=row.removed,
        unchanged=report.unchanged + done.retried,
        held=report.held,
        failed=report.failed,
        problems=report.problems,
        changes=(*held, *_kept(row.changes), *brought)[:MAX_CHANGES],
        error=report.error,
    )


def _values(report: Report) -> dict[str, Any]:
    return {
        "state": report.state,
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "held": report.held,
        "failed": report.failed,
        "problems": [{"path": p.path, "reason": p.reason} for p in report.problems],
        "changes": [{"path": path, "change": change} for path, change in report.changes],
        "error": report.error,
    }


def _kept(rows: Sequence[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((row["path"], row["change"]) for row in rows)
