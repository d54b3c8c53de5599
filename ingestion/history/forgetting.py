"""Steps of forgetting. Each lets go of a bounded part in its transaction and says how much.

A step that says nothing has nothing more to do. None touches what a held revision shows, what a
living document stands on, or what is on its way.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.engine import Connection

from ingestion.history.erasure import PURGING, forget_vectors
from retrieval.history_tables import snapshots
from retrieval.store.history import live_revision
from retrieval.tables import chunks, documents, jobs, revisions, vectors, versions, visibility
from retrieval.types import KnowledgeBaseId

VERSIONS = 20  # whole ones, a transaction
ROWS = 1000  # of what is small, a transaction

Gone = Counter[str]


def forget_revisions(connection: Connection, base: KnowledgeBaseId, cutoff: datetime) -> Gone:
    """What is left of the table afterwards is what must be kept: held revisions.

    Those are the live one, those with a snapshot, those since `cutoff`, and the one that was live
    at `cutoff`.
    """
    this = revisions.c.knowledge_base_id == base
    old = revisions.c.created_at < cutoff
    last_old = select(func.max(revisions.c.number)).where(this, old).scalar_subquery()
    named = select(snapshots.c.revision).where(snapshots.c.knowledge_base_id == base)
    forgotten = connection.execute(
        delete(revisions).where(
            this,
            old,
            revisions.c.number < last_old,
            revisions.c.number != live_revision(connection, base),
            revisions.c.number.not_in(named),
        )
    )
    return Gone(revisions=forgotten.rowcount)


def erase_unshown(connection: Connection, base: KnowledgeBaseId, _cutoff: datetime) -> Gone:
    """Chunks that no held revision shows: whole versions at a time, so that none is left half."""
    query = (
        select(chunks.c.version_id)
        .join(visibility, visibility.c.chunk_id == chunks.c.id)
        .where(visibility.c.knowledge_base_id == base, _unheld())
        .distinct()
        .limit(VERSIONS)
    )
    found = list(connection.scalars(query))
    rows = connection.execute(
        select(visibility.c.chunk_id, visibility.c.born)
        .join(chunks, chunks.c.id == visibility.c.chunk_id)
        .where(chunks.c.version_id.in_(found), _unheld())
    ).all()
    for start in range(0, len(rows), ROWS):
        for row in rows[start : start + ROWS]:
            connection.execute(
                delete(visibility).where(
                    visibility.c.chunk_id == row.chunk_id, visibility.c.born == row.born
                )
            )
    ids = sorted({row.chunk_id for row in rows})
    return Gone(visibility=len(rows)) + _erase_chunks(connection, ids)


def erase_versions(connection: Connection, base: KnowledgeBaseId, cutoff: datetime) -> Gone:
    """Versions of which nothing was ever shown, or nothing is any more."""
    newest = (
        select(func.max(versions.c.number))
        .where(versions.c.document_id == documents.c.id)
        .correlate(documents)
        .scalar_subquery()
    )
    stands = documents.c.deleted_at.is_(None) & (
        (versions.c.id == documents.c.live_version_id) | (versions.c.number == newest)
    )
    shown = (
        exists()
        .where(chunks.c.version_id == versions.c.id, visibility.c.chunk_id == chunks.c.id)
        .correlate(versions)
    )
    query = (
        select(versions.c.id)
        .join(documents, documents.c.id == versions.c.document_id)
        .where(
            documents.c.knowledge_base_id == base,
            versions.c.created_at < cutoff,
            documents.c.deleted_at.is_(None) | (documents.c.deleted_at < cutoff),
            # NULL is not false: a document that never was searchable has no live version.
            func.coalesce(stands, False).is_(False),
            ~shown,
            ~_busy(),
        )
        .limit(VERSIONS)
    )
    found = list(connection.scalars(query))
    ids = list(connection.scalars(select(chunks.c.id).where(chunks.c.version_id.in_(found))))
    gone = _erase_chunks(connection, ids)
    erased = connection.execute(delete(versions).where(versions.c.id.in_(found)))
    return gone + Gone(versions=erased.rowcount)


def erase_documents(connection: Connection, base: KnowledgeBaseId, cutoff: datetime) -> Gone:
    """Deleted ones of which no version is left."""
    query = select(documents.c.id).where(
        documents.c.knowledge_base_id == base,
        documents.c.deleted_at < cutoff,
        documents.c.state != PURGING,
        ~exists().where(versions.c.document_id == documents.c.id),
        ~_busy(),
    )
    found = list(connection.scalars(query.limit(ROWS)))
    erased = connection.execute(delete(documents).where(documents.c.id.in_(found)))
    return Gone(documents=erased.rowcount)


def erase_vectors(connection: Connection) -> Gone:
    """Of texts that no chunk has. A text's chunk is always there before its vector is."""
    query = select(vectors.c.text_sha256).where(
        ~exists().where(chunks.c.embedded_sha256 == vectors.c.text_sha256)
    )
    found = set(connection.scalars(query.distinct().limit(ROWS)))
    return Gone(vectors=forget_vectors(connection, found))


def _unheld() -> ColumnElement[bool]:
    """Rows of `visibility` between whose birth and death no revision is kept."""
    held = exists().where(
        revisions.c.knowledge_base_id == visibility.c.knowledge_base_id,
        revisions.c.number >= visibility.c.born,
        revisions.c.number < visibility.c.died,
    )
    return visibility.c.died.is_not(None) & ~held.correlate(visibility)


def _busy() -> ColumnElement[bool]:
    """Documents with work on its way."""
    return (
        exists()
        .where(jobs.c.document_id == documents.c.id, jobs.c.state.in_(["queued", "running"]))
        .correlate(documents)
    )


def _erase_chunks(connection: Connection, ids: Sequence[str]) -> Gone:
    """Those of them that no row of `visibility` names, with vectors that nobody else needs."""
    gone: Gone = Gone()
    for start in range(0, len(ids), ROWS):
        named: Any = exists().where(visibility.c.chunk_id == chunks.c.id)
        query = select(chunks.c.id, chunks.c.embedded_sha256).where(
            chunks.c.id.in_(ids[start : start + ROWS]), ~named
        )
        rows = connection.execute(query).all()
        connection.execute(delete(chunks).where(chunks.c.id.in_([row.id for row in rows])))
        vectors_gone = forget_vectors(connection, {row.embedded_sha256 for row in rows})
        gone += Gone(chunks=len(rows), vectors=vectors_gone)
    return gone
