"""What all knowledge bases hold, counted in one grouped query per table."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.engine import Connection

from retrieval.store.corpus import visible_now
from retrieval.store.scoping import readable_in
from retrieval.tables import documents, knowledge_bases, versions, visibility
from retrieval.types import DocumentState, Scope

WORKING = (DocumentState.STORED, DocumentState.PARSING, DocumentState.EMBEDDING)


@dataclass(frozen=True, slots=True)
class Counts:
    documents: int = 0  # searchable, also while a newer version is on its way
    working: int = 0
    failed: int = 0
    size: int = 0  # bytes of the live versions
    chunks: int = 0
    updated_at: datetime | None = None  # None without documents


def count_readable(connection: Connection, scope: Scope) -> dict[str, Counts]:
    """What the scope may read, by knowledge base id; chunks are not counted."""
    return {
        row.id: Counts(documents=row.searchable, updated_at=row.updated_at)
        for row in connection.execute(_documents().where(readable_in(scope)))
    }


def count_all(connection: Connection) -> dict[str, Counts]:
    """By knowledge base id; one without documents is missing."""
    chunks = {row.id: row.chunks for row in connection.execute(_chunks())}
    return {
        row.id: Counts(
            documents=row.searchable,
            working=row.working,
            failed=row.failed,
            size=row.size,
            chunks=chunks.get(row.id, 0),
            updated_at=row.updated_at,
        )
        for row in connection.execute(_documents())
    }


def _documents() -> Select[Any]:
    state = documents.c.state
    return (
        select(
            documents.c.knowledge_base_id.label("id"),
            func.count(documents.c.live_version_id).label("searchable"),
            _how_many(state.in_(WORKING)).label("working"),
            _how_many(state == DocumentState.FAILED).label("failed"),
            func.coalesce(func.sum(versions.c.size), 0).label("size"),
            func.max(documents.c.updated_at).label("updated_at"),
        )
        .outerjoin(versions, versions.c.id == documents.c.live_version_id)
        .where(documents.c.deleted_at.is_(None))
        .group_by(documents.c.knowledge_base_id)
    )


def _chunks() -> Select[Any]:
    return (
        select(visibility.c.knowledge_base_id.label("id"), func.count().label("chunks"))
        .join(knowledge_bases, knowledge_bases.c.id == visibility.c.knowledge_base_id)
        .where(visible_now())
        .group_by(visibility.c.knowledge_base_id)
    )


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
