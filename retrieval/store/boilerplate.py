"""Texts that many documents repeat: one of each stays in rankings, the others only repeat it."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Subquery, delete, func, insert, select
from sqlalchemy.engine import Connection

from retrieval.store.scoping import readable_in
from retrieval.tables import boilerplate, chunks, documents, visibility
from retrieval.types import ChunkId, KnowledgeBaseId, Scope

MANY: Final = 5  # documents
_BATCH: Final = 500  # parameters of a statement
# Made once: to make an alias takes longer than a search of some chunks.
_KEPT: Final = chunks.alias("kept_chunks")
_HOLDING: Final = documents.alias("holding_documents")


def refresh(
    connection: Connection, knowledge_base: KnowledgeBaseId, likenesses: Iterable[str]
) -> None:
    """Makes the rows of these likenesses what the visible chunks say, whatever they were before.

    Called in the transaction that changed what is visible. The oldest visible chunk is kept.
    """
    wanted = sorted({likeness for likeness in likenesses if likeness})
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        _replace(connection, knowledge_base, batch)


def refresh_all(connection: Connection, knowledge_base: KnowledgeBaseId) -> None:
    """`refresh` after a change of too many chunks to name."""
    _replace(connection, knowledge_base, None)


def likenesses_of(connection: Connection, chunk_ids: Sequence[ChunkId]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(chunk_ids), _BATCH):
        batch = chunk_ids[start : start + _BATCH]
        query = select(chunks.c.likeness).where(chunks.c.id.in_(batch), chunks.c.likeness != "")
        found.update(connection.scalars(query))
    return found


def repeats(scope: Scope) -> ColumnElement[bool]:
    """Rows of `chunks` that only repeat a kept chunk which the scope may read."""
    kept = select(boilerplate.c.likeness).where(
        boilerplate.c.knowledge_base_id == chunks.c.knowledge_base_id,
        boilerplate.c.likeness == chunks.c.likeness,
        boilerplate.c.kept_chunk_id != chunks.c.id,
    )
    if scope.is_cut:
        kept = (
            kept.join(_KEPT, _KEPT.c.id == boilerplate.c.kept_chunk_id)
            .join(_HOLDING, _HOLDING.c.id == _KEPT.c.document_id)
            .where(readable_in(scope, _HOLDING))
        )
    return (chunks.c.likeness != "") & kept.correlate(chunks).exists()


def _replace(
    connection: Connection, knowledge_base: KnowledgeBaseId, likenesses: Sequence[str] | None
) -> None:
    old = boilerplate.c.knowledge_base_id == knowledge_base
    if likenesses is not None:
        old &= boilerplate.c.likeness.in_(likenesses)
    connection.execute(delete(boilerplate).where(old))
    oldest = _oldest(knowledge_base, likenesses)
    kept = (
        select(chunks.c.likeness, func.min(chunks.c.id).label("id"))
        .join(visibility, visibility.c.chunk_id == chunks.c.id)
        .join(
            oldest,
            (oldest.c.likeness == chunks.c.likeness) & (oldest.c.born == visibility.c.born),
        )
        .where(*_alive(knowledge_base, likenesses))
        .group_by(chunks.c.likeness)
    )
    rows = [
        {
            "knowledge_base_id": knowledge_base,
            "likeness": row.likeness,
            "kept_chunk_id": row.id,
        }
        for row in connection.execute(kept)
    ]
    if rows:
        connection.execute(insert(boilerplate), rows)


def _oldest(knowledge_base: KnowledgeBaseId, likenesses: Sequence[str] | None) -> Subquery:
    """The revision at which each likeness of many documents was first seen."""
    return (
        select(chunks.c.likeness, func.min(visibility.c.born).label("born"))
        .join(visibility, visibility.c.chunk_id == chunks.c.id)
        .where(*_alive(knowledge_base, likenesses))
        .group_by(chunks.c.likeness)
        .having(func.count(chunks.c.document_id.distinct()) >= MANY)
        .subquery()
    )


def _alive(
    knowledge_base: KnowledgeBaseId, likenesses: Sequence[str] | None
) -> list[ColumnElement[Any]]:
    named = [chunks.c.likeness != ""] if likenesses is None else [chunks.c.likeness.in_(likenesses)]
    return [
        chunks.c.knowledge_base_id == knowledge_base,
        visibility.c.died.is_(None),
        *named,
    ]
