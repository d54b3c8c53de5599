"""A run begins: by hand, or because the source is due. Never two of one source at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.engine import Connection

from ingestion.intake import Starter
from ingestion.jobs import QUEUED, RUNNING, Jobs, Work
from ingestion.schedule import Schedule
from ingestion.sources.last_runs import last_starts
from ingestion.sources.record import SourceRecord, enabled_sources, require_source
from retrieval.errors import Conflict, NotFound
from retrieval.store.database import Database
from retrieval.tables import jobs, source_runs, sources

BUSY = "This source is being followed just now. Wait until that run has ended."


@dataclass(frozen=True, slots=True)
class RunWish:
    dry_run: bool = False  # compare and report, change nothing
    remove_anyway: bool = False  # what the brake holds is removed


IN_EARNEST = RunWish()


@dataclass(frozen=True, slots=True)
class RunStarter:
    database: Database
    jobs: Jobs
    starter: Starter
    schedule: Schedule
    new_id: Callable[[], str]
    clock: Callable[[], datetime]

    def start(self, source_id: str, wish: RunWish = IN_EARNEST) -> str:
        """Returns the id of the run, which is its job's too. Raises: NotFound, Conflict."""
        with self.database.write() as connection:
            work = self._begin(connection, source_id, wish)
        self.starter.start(work)
        return work.id

    def start_due(self) -> list[str]:
        """Starts every source whose time has come; returns the ids of the runs."""
        started = []
        for source in self._due():
            try:
                started.append(self.start(source.id))
            except (Conflict, NotFound):
                continue  # somebody was faster
        return started

    def _due(self) -> list[SourceRecord]:
        now = self.clock()
        with self.database.read() as connection:
            found = enabled_sources(connection)
            last = last_starts(connection, [source.id for source in found])
            busy = set(connection.scalars(_busy_sources()))
        return [
            source
            for source in found
            if source.id not in busy and self._is_due(source, last.get(source.id), now)
        ]

    def _is_due(self, source: SourceRecord, last: datetime | None, now: datetime) -> bool:
        since = max(source.due_since, last) if last is not None else source.due_since
        due = self.schedule.due_at(source.cron, since)
        return due is not None and due <= now

    def _begin(self, connection: Connection, source_id: str, wish: RunWish) -> Work:
        # PostgreSQL locks the row; on SQLite the whole transaction holds the write lock already.
        connection.execute(
            select(sources.c.id).where(sources.c.id == source_id).with_for_update()
        ).all()
        source = require_source(connection, source_id)
        if source_id in set(connection.scalars(_busy_sources())):
            raise Conflict(BUSY)
        work = Work(
            id=self.new_id(),
            kind="sync",
            knowledge_base=source.knowledge_base,
            label=source.location,
            source=source_id,
        )
        connection.execute(
            insert(source_runs).values(
                id=work.id,
                source_id=source_id,
                started_at=self.clock(),
                dry_run=wish.dry_run,
                remove_anyway=wish.remove_anyway,
            )
        )
        self.jobs.create(connection, work)
        return work


def _busy_sources() -> Select[Any]:
    return select(jobs.c.source_id).where(
        jobs.c.kind == "sync", jobs.c.state.in_([QUEUED, RUNNING])
    )
