"""Sources with their last run, and the history of runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.engine import Connection

from app.shapes.following import SourceOut, SourceRunOut
from retrieval.database import Database
from retrieval.errors import NotFound
from retrieval.tables import source_runs, sources

RUNS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class SourcesView:
    database: Database

    def of(self, knowledge_base: str) -> list[SourceOut]:
        """By location."""
        query = select(sources).where(sources.c.knowledge_base_id == knowledge_base)
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(sources.c.location)).all()
            last = _last_runs(connection, [row.id for row in rows])
        return [_shown(row, last.get(row.id)) for row in rows]

    def get(self, source: str) -> SourceOut:
        """Raises: NotFound."""
        with self.database.read() as connection:
            row = connection.execute(select(sources).where(sources.c.id == source)).one_or_none()
            if row is None:
                raise NotFound("There is no such source.")
            last = _last_runs(connection, [source])
        return _shown(row, last.get(source))

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
            return [SourceRunOut.model_validate(row) for row in connection.execute(query)]


def _shown(row: Row[Any], last: SourceRunOut | None) -> SourceOut:
    kept = {"has_credentials": row.credentials is not None, "readers": [], "documents": 0}
    return SourceOut.model_validate({**row._mapping, **kept, "next_run_at": None, "last_run": last})


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
    return {row.source_id: SourceRunOut.model_validate(row) for row in connection.execute(query)}
