"""Rows of documents and their versions, written in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.engine import Connection

from retrieval.errors import NotFound
from retrieval.store.revisions import hold
from retrieval.tables import documents, jobs, knowledge_bases, sources, versions
from retrieval.types import DocumentId, DocumentState, KnowledgeBaseId, VersionId


@dataclass(frozen=True, slots=True)
class Incoming:
    """Where a file belongs. The same key in the same source again is a new version."""

    knowledge_base: KnowledgeBaseId
    source: str | None
    key: str
    filename: str
    etag: str | None = None
    run: str | None = None  # of the source, that brings it


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    id: DocumentId
    knowledge_base: KnowledgeBaseId
    key: str
    title: str
    state: DocumentState


@dataclass(frozen=True, slots=True)
class VersionRecord:
    id: VersionId
    document: DocumentId
    number: int
    filename: str
    media_type: str
    size: int
    blob: str
    created_at: datetime
    etag: str | None = None


def require_knowledge_base(connection: Connection, knowledge_base: KnowledgeBaseId) -> None:
    query = select(knowledge_bases.c.id).where(knowledge_bases.c.id == knowledge_base)
    if connection.scalar(query) is None:
        raise NotFound("This knowledge base does not exist.")


def require_followed(connection: Connection, source: str | None) -> None:
    """Raises: NotFound for a source that was removed meanwhile; uploads have none."""
    query = select(sources.c.id).where(sources.c.id == source, sources.c.removed_at.is_(None))
    if source is not None and connection.scalar(query) is None:
        raise NotFound("This source does not exist any more.")


def find_document(connection: Connection, incoming: Incoming) -> DocumentRecord | None:
    """The living document with the same key in the same place; the newest, should there be two.

    A rollback can show two again: of sources that were removed since. It is held, as by
    `require_document`.
    """
    query = select(documents).where(
        documents.c.knowledge_base_id == incoming.knowledge_base,
        documents.c.source_id == incoming.source
        if incoming.source
        else documents.c.source_id.is_(None),
        documents.c.key == incoming.key,
        documents.c.deleted_at.is_(None),
    )
    newest = query.order_by(documents.c.created_at.desc(), documents.c.id).limit(1)
    row = connection.execute(newest.with_for_update(key_share=True)).one_or_none()
    return _document(row) if row is not None else None


def require_document(
    connection: Connection, document: DocumentId, *, held: bool = False
) -> DocumentRecord:
    """`held`: nobody deletes it until this transaction ends.

    Raises: NotFound when it never was or is deleted.
    """
    found = _find_living(connection, document, held=held)
    if found is None:
        raise NotFound("This document does not exist.")
    return found


def hold_document(connection: Connection, document: DocumentId) -> DocumentRecord:
    """For a commit: with its knowledge base, in the order that `hold` asks for.

    Raises: NotFound when it never was or is deleted.
    """
    held = hold_living(connection, [document])
    if not held:
        raise NotFound("This document does not exist.")
    return held[0]


def hold_living(connection: Connection, wanted: Sequence[DocumentId]) -> list[DocumentRecord]:
    """The same for many, all of one knowledge base; those that are deleted are passed over."""
    names = sorted(set(wanted))
    there = [found for name in names if (found := _find_living(connection, name, held=False))]
    if not there:
        return []
    hold(connection, there[0].knowledge_base)
    return [found for each in there if (found := _find_living(connection, each.id, held=True))]


def _find_living(
    connection: Connection, document: DocumentId, *, held: bool
) -> DocumentRecord | None:
    query = select(documents).where(documents.c.id == document, documents.c.deleted_at.is_(None))
    if held:
        query = query.with_for_update(key_share=True)
    row = connection.execute(query).one_or_none()
    return _document(row) if row is not None else None


def insert_document(
    connection: Connection, record: DocumentRecord, *, source: str | None, now: datetime
) -> None:
    connection.execute(
        insert(documents).values(
            id=record.id,
            knowledge_base_id=record.knowledge_base,
            source_id=source,
            key=record.key,
            title=record.title,
            state=record.state,
            created_at=now,
            updated_at=now,
        )
    )


def set_state(
    connection: Connection, document: DocumentId, state: DocumentState, now: datetime
) -> None:
    connection.execute(
        update(documents)
        .where(documents.c.id == document)
        .values(state=state, error=None, updated_at=now)
    )


def insert_version(connection: Connection, record: VersionRecord) -> None:
    connection.execute(
        insert(versions).values(
            id=record.id,
            document_id=record.document,
            number=record.number,
            filename=record.filename,
            media_type=record.media_type,
            size=record.size,
            blob=record.blob,
            created_at=record.created_at,
            etag=record.etag,
        )
    )


def set_etag(connection: Connection, version: VersionId, etag: str | None) -> None:
    connection.execute(update(versions).where(versions.c.id == version).values(etag=etag))


def version(connection: Connection, version_id: VersionId) -> VersionRecord | None:
    row = connection.execute(select(versions).where(versions.c.id == version_id)).one_or_none()
    return _version(row) if row is not None else None


def newest_version(connection: Connection, document: DocumentId) -> VersionRecord | None:
    query = (
        select(versions)
        .where(versions.c.document_id == document)
        .order_by(versions.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return _version(row) if row is not None else None


def live_version(connection: Connection, document: DocumentId) -> VersionRecord | None:
    """What is searchable of it; after a rollback that is not the newest."""
    query = select(versions).join(documents, documents.c.live_version_id == versions.c.id)
    row = connection.execute(query.where(documents.c.id == document)).one_or_none()
    return _version(row) if row is not None else None


def running_job(connection: Connection, document: DocumentId) -> str | None:
    query = (
        select(jobs.c.id)
        .where(jobs.c.document_id == document, jobs.c.state.in_(["queued", "running"]))
        .order_by(jobs.c.created_at.desc())
        .limit(1)
    )
    job: str | None = connection.scalar(query)
    return job


def _document(row: Row[Any]) -> DocumentRecord:
    return DocumentRecord(
        id=DocumentId(row.id),
        knowledge_base=KnowledgeBaseId(row.knowledge_base_id),
        key=row.key,
        title=row.title,
        state=DocumentState(row.state),
    )


def _version(row: Row[Any]) -> VersionRecord:
    return VersionRecord(
        id=VersionId(row.id),
        document=DocumentId(row.document_id),
        number=row.number,
        filename=row.filename,
        media_type=row.media_type,
        size=row.size,
        blob=row.blob,
        created_at=row.created_at,
        etag=row.etag,
    )
