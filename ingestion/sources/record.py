"""A registered source, as its row says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.engine import Connection

from retrieval.errors import NotFound
from retrieval.tables import sources
from retrieval.types import KnowledgeBaseId

NO_SOURCE = "There is no such source."


@dataclass(frozen=True, slots=True)
class SourceRecord:
    id: str
    knowledge_base: KnowledgeBaseId
    kind: str
    location: str
    options: Mapping[str, Any]
    include: tuple[str, ...]  # patterns; empty: everything
    exclude: tuple[str, ...]
    credentials: bytes | None  # sealed
    cron: str | None  # None: the nightly schedule
    brake_share: float
    enabled: bool
    due_since: datetime  # nothing was due before: it was added, resumed or given other times


def require_source(connection: Connection, source: str) -> SourceRecord:
    """Raises: NotFound when it never was or is removed."""
    query = select(sources).where(sources.c.id == source, sources.c.removed_at.is_(None))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(NO_SOURCE)
    return _record(row)


def enabled_sources(connection: Connection) -> list[SourceRecord]:
    """In the order in which they were added."""
    query = select(sources).where(sources.c.enabled, sources.c.removed_at.is_(None))
    return [_record(row) for row in connection.execute(query.order_by(sources.c.created_at))]


def _record(row: Row[Any]) -> SourceRecord:
    return SourceRecord(
        id=row.id,
        knowledge_base=KnowledgeBaseId(row.knowledge_base_id),
        kind=row.kind,
        location=row.location,
        options=row.options,
        include=tuple(row.include),
        exclude=tuple(row.exclude),
        credentials=row.credentials,
        cron=row.cron,
        brake_share=row.brake_share,
        enabled=row.enabled,
        due_since=row.due_since or row.created_at,
    )
