"""What a knowledge base showed at an earlier revision."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.engine import Connection

from retrieval.errors import NotFound
from retrieval.tables import chunks, knowledge_bases, revisions, versions, visibility
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId, VersionId


@dataclass(frozen=True, slots=True)
class Shown:
    """The version of a document that a revision shows."""

    document: DocumentId
    version: VersionId
    number: int
    title: str


def shown_at(revision: int) -> ColumnElement[bool]:
    """Rows of `visibility` that the revision shows."""
    return (visibility.c.born <= revision) & (
        visibility.c.died.is_(None) | (visibility.c.died > revision)
    )


def visible_at(knowledge_base: KnowledgeBaseId, revision: int) -> Select[Any]:
    """Ids of the chunks that the revision shows."""
    return select(visibility.c.chunk_id).where(
        visibility.c.knowledge_base_id == knowledge_base, shown_at(revision)
    )


def live_revision(connection: Connection, knowledge_base: KnowledgeBaseId) -> int:
    """Raises: NotFound."""
    query = select(knowledge_bases.c.live_revision).where(knowledge_bases.c.id == knowledge_base)
    live: int | None = connection.scalar(query)
    if live is None:
        raise NotFound("This knowledge base does not exist.")
    return live


def require_revision(
    connection: Connection, knowledge_base: KnowledgeBaseId, revision: int
) -> None:
    """Raises: NotFound for one that never was, or that is not kept any more."""
    if revision == 0:  # before the first commit: nothing, for ever
        live_revision(connection, knowledge_base)
        return
    query = select(revisions.c.number).where(
        revisions.c.knowledge_base_id == knowledge_base, revisions.c.number == revision
    )
    if connection.scalar(query) is None:
        raise NotFound(f"Revision {revision} of this knowledge base is not kept.")


def ids_at(
    connection: Connection, knowledge_base: KnowledgeBaseId, revision: int
) -> frozenset[ChunkId]:
    return frozenset(map(ChunkId, connection.scalars(visible_at(knowledge_base, revision))))


def versions_at(
    connection: Connection, knowledge_base: KnowledgeBaseId, revision: int
) -> dict[DocumentId, Shown]:
    """Documents that the revision shows any chunk of, each with its version."""
    query = (
        select(versions.c.document_id, versions.c.id, versions.c.number)
        .add_columns(versions.c.title, versions.c.filename)
        .join(chunks, chunks.c.version_id == versions.c.id)
        .join(visibility, visibility.c.chunk_id == chunks.c.id)
        .where(visibility.c.knowledge_base_id == knowledge_base, shown_at(revision))
        .distinct()
    )
    return {
        DocumentId(row.document_id): Shown(
            DocumentId(row.document_id), VersionId(row.id), row.number, row.title or row.filename
        )
        for row in connection.execute(query)
    }
