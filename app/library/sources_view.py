"""Sources with their last run, and the history of runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.engine import Connection

from app.library.source_readers import readers_of
from app.shapes.following import SourceOut, SourceRunOut
from ingestion.jobs import FAILED
from ingestion.schedule import Schedule
from ingestion.sources.last_runs import last_starts
from retrieval.errors import NotFound
from retrieval.store.database import Database
from retrieval.tables import documents, jobs, source_runs, sources

RUNS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class SourcesView:
    database: Database
    schedule: Schedule

    def of(self, knowledge_base: str) -> list[SourceOut]:
        """By location."""
        query = select(sources).where(
            sources.c.knowledge_base_id == knowledge_base, sources.c.removed_at.is_(None)
        )
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(sources.c.location)).all()
            return self._shown(connection, rows)

    def get(self, source: str) -> SourceOut:
        """Raises: NotFound."""
        query = select(sources).where(sources.c.id == source, sources.c.removed_at.is_(None))
        with self.database.read() as connection:
            rows = connection.execute(query).all()
            if not rows:
                raise NotFound("There is no such source.")
            return self._shown(connection, rows)[0]

    def runs(self, source: str) -> list[SourceRunOut]:
        """Newest first. Raises: NotFound."""
        self.get(source)
        query = (
            select(source_runs)
            .where(source_runs.c.source_id == source)
            .order_by(source_runs.c.started_at.desc(), source_runs.c.id)
            .limit(RUNS_SHOWN)
        )
        with self.database.read() as connection:
            return _runs(connection, connection.execute(query).all())

    def _shown(self, connection: Connection, rows: Sequence[Row[Any]]) -> list[SourceOut]:
        ids = [row.id for row in rows]
        readers, counts = readers_of(connection, ids), _documents(connection, ids)
        runs, started = _last_runs(connection, ids), last_starts(connection, ids)
        return [
            SourceOut.model_validate(
                {
                    **row._mapping,
                    "has_credentials": row.credentials is not None,
                    "readers": readers.get(row.id, []),
                    "documents": counts.get(row.id, 0),
                    "last_run": runs.get(row.id),
                    "next_run_at": self._next(row, started.get(row.id)),
                }
            )
            for row in rows
        ]

    def _next(self, row: Row[Any], started: datetime | None) -> datetime | None:
        if not row.enabled:
            return None
        since = row.due_since or row.created_at
        return self.schedule.due_at(row.cron, max(since, started or since))


def _documents(connection: Connection, source_ids: Sequence[str]) -> dict[str, int]:
    query = (
        select(documents.c.source_id, func.count().label("documents"))
        .where(documents.c.source_id.in_(source_ids), documents.c.deleted_at.is_(None))
        .group_by(documents.c.source_id)
    )
    return {row.source_id: row.documents for row in connection.execute(query)}


def _last_runs(connection: Connection, source_ids: Sequence[str]) -> dict[str, SourceRunOut]:
    """By source id; one that never ran is missing."""
    last = (
        select(source_runs.c.id)
        .where(source_runs.c.source_id == sources.c.id)
        .order_by(source_runs.c.started_at.desc(), source_runs.c.id)
        .limit(1)
        .correlate(sources)
        .scalar_subquery()
    )
    query = (
        select(source_runs)
        .join(sources, sources.c.id == source_runs.c.source_id)
        .where(sources.c.id.in_(source_ids), source_runs.c.id == last)
    )
    return {run.source_id: run for run in _runs(connection, connection.execute(query).all())}


def _runs(connection: Connection, rows: Sequence[Row[Any]]) -> list[SourceRunOut]:
    """With the documents that could not be read counted to those that could not be had."""
    query = (
        select(jobs.c.run_id, func.count().label("failed"))
        .where(jobs.c.run_id.in_([row.id for row in rows]), jobs.c.state == FAILED)
        .group_by(jobs.c.run_id)
    )
    unread = {row.run_id: row.failed for row in connection.execute(query)}
    return [
        SourceRunOut.model_validate({**row._mapping, "failed": row.failed + unread.get(row.id, 0)})
        for row in rows
    ]
