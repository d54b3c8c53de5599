"""Takes a document's words out of SQL, in one transaction. What lies in files goes afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Row, Select, delete, func, select, update
from sqlalchemy.engine import Connection

from ingestion.history.tombstones import bury
from ingestion.history.traces import NO_NAME, forget_paths
from retrieval.errors import NotFound
from retrieval.history_tables import golden_questions
from retrieval.store.revisions import commit, hold
from retrieval.tables import (
    boilerplate,
    chunks,
    document_tags,
    documents,
    jobs,
    revisions,
    vectors,
    versions,
    visibility,
)
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId

PURGING = "purging"  # state of a document whose words are gone from SQL, not yet from the files
BATCH = 500  # ids per statement


class Quotations(Protocol):
    def erase(self, connection: Connection, documents: Sequence[DocumentId]) -> int:
        """Takes their words out of stored answers, and their names out of the log of deeds.

        Returns how many answers quoted them.
        """
        ...


@dataclass(frozen=True, slots=True)
class Erased:
    knowledge_base: KnowledgeBaseId
    title: str
    versions: int
    chunks: int
    vectors: int
    answers: int
    blobs: tuple[str, ...]  # that must go, where no other version has them


@dataclass(frozen=True, slots=True)
class _Marked:
    """What goes: all versions of the document, and others of the same bytes that nobody sees."""

    versions: tuple[str, ...]
    blobs: tuple[str, ...]
    documents: tuple[DocumentId, ...]  # whose answers are looked through
    names: tuple[str, ...]  # titles and filenames


def erase(
    connection: Connection,
    document: DocumentId,
    quotations: Quotations,
    *,
    by: str,
    now: datetime,
) -> Erased:
    """Leaves an empty row that says `PURGING`, and tombstones. Raises: NotFound."""
    this = documents.c.id == document
    base = connection.scalar(select(documents.c.knowledge_base_id).where(this))
    if base is not None:
        hold(connection, KnowledgeBaseId(base))
    query = select(documents).where(this, documents.c.state != PURGING)
    row = connection.execute(query.with_for_update(key_share=True)).one_or_none()
    if row is None:
        raise NotFound("There is no such document.")
    base = KnowledgeBaseId(row.knowledge_base_id)
    marked = _mark(connection, document, base, row.title)
    answers = quotations.erase(connection, marked.documents)
    forget_paths(connection, marked.documents, _forget_golden(connection, base, marked))
    _rename_revisions(connection, base, marked)
    chunk_count, vector_count = _erase_chunks(connection, base, marked, now)
    for batch in _batches(marked.versions):
        connection.execute(delete(versions).where(versions.c.id.in_(batch)))
    connection.execute(delete(jobs).where(jobs.c.document_id.in_(marked.documents)))
    _forget_empty(connection, marked.documents[1:])
    tagged = document_tags.c.document_id.in_(marked.documents)
    connection.execute(delete(document_tags).where(tagged))
    bury(connection, base, marked.blobs, by=by, now=now)
    connection.execute(
        update(documents)
        .where(documents.c.id == document)
        .values(
            state=PURGING,
            key="",
            title="",
            error=None,
            source_id=None,
            live_version_id=None,
            deleted_at=now,
            updated_at=now,
        )
    )
    return Erased(
        base, row.title, len(marked.versions), chunk_count, vector_count, answers, marked.blobs
    )


def _mark(
    connection: Connection, document: DocumentId, base: KnowledgeBaseId, title: str
) -> _Marked:
    own = connection.execute(select(versions).where(versions.c.document_id == document)).all()
    twins = connection.execute(_twins(base, document, {row.blob for row in own})).all()
    shown = {row.blob for row in twins if row.is_shown}
    hidden = [row for row in twins if row.blob not in shown]
    gone = [DocumentId(row.document_id) for row in hidden if row.deleted_at is not None]
    names = {title, *(row.filename for row in own), *(row.title for row in own)}
    return _Marked(
        versions=tuple(row.id for row in (*own, *hidden)),
        blobs=tuple(sorted({row.blob for row in own} - shown)),
        documents=tuple(dict.fromkeys([document, *gone])),
        names=tuple(sorted((name for name in names if name), key=len, reverse=True)),
    )


def _twins(base: KnowledgeBaseId, document: DocumentId, blobs: set[str]) -> Select[Any]:
    """Versions of other documents with the same bytes. One that is shown keeps them."""
    newest = (
        select(func.max(versions.c.number))
        .where(versions.c.document_id == documents.c.id)
        .correlate(documents)
        .scalar_subquery()
    )
    stands = (versions.c.id == documents.c.live_version_id) | (versions.c.number == newest)
    return (
        select(
            versions.c.id,
            versions.c.document_id,
            versions.c.blob,
            documents.c.deleted_at,
            (documents.c.deleted_at.is_(None) & stands).label("is_shown"),
        )
        .join(documents, documents.c.id == versions.c.document_id)
        .where(
            documents.c.knowledge_base_id == base,
            documents.c.id != document,
            versions.c.blob.in_(sorted(blobs)),
        )
    )


def _erase_chunks(
    connection: Connection, base: KnowledgeBaseId, marked: _Marked, now: datetime
) -> tuple[int, int]:
    """Returns how many chunks, and how many vectors that no other text has."""
    rows: list[Any] = []
    for batch in _batches(marked.versions):
        query = select(chunks.c.id, chunks.c.embedded_sha256, chunks.c.likeness)
        rows.extend(connection.execute(query.where(chunks.c.version_id.in_(batch))).all())
    ids = [ChunkId(row.id) for row in rows]
    commit(connection, base, born=[], died=ids, reason="A document was purged", now=now)
    for each in _batches(ids):
        connection.execute(delete(visibility).where(visibility.c.chunk_id.in_(each)))
        connection.execute(delete(boilerplate).where(boilerplate.c.kept_chunk_id.in_(each)))
        connection.execute(delete(chunks).where(chunks.c.id.in_(each)))
    return len(ids), forget_vectors(connection, {row.embedded_sha256 for row in rows})


def forget_vectors(connection: Connection, digests: set[str]) -> int:
    """Those that no chunk needs any more; returns how many."""
    count = 0
    for batch in _batches(sorted(digests)):
        used = select(chunks.c.embedded_sha256).where(chunks.c.embedded_sha256.in_(batch))
        unused = sorted(set(batch) - set(connection.scalars(used)))
        count += connection.execute(
            delete(vectors).where(vectors.c.text_sha256.in_(unused))
        ).rowcount
    return count


def _forget_empty(connection: Connection, deleted: Sequence[DocumentId]) -> None:
    """Deleted documents of which nothing but the name is left."""
    left = select(versions.c.id).where(versions.c.document_id == documents.c.id)
    connection.execute(delete(documents).where(documents.c.id.in_(deleted), ~left.exists()))


def _forget_golden(connection: Connection, base: KnowledgeBaseId, marked: _Marked) -> list[str]:
    """Questions whose right place goes, unless another document has it too; returns them."""
    asked = connection.execute(
        select(golden_questions).where(golden_questions.c.knowledge_base_id == base)
    ).all()
    lost = [row for row in asked if _loses_its_place(connection, row, base, marked)]
    ids = [row.id for row in lost]
    connection.execute(delete(golden_questions).where(golden_questions.c.id.in_(ids)))
    return [row.question for row in lost]


def _loses_its_place(
    connection: Connection,
    row: Row[Any],  # of golden_questions
    base: KnowledgeBaseId,
    marked: _Marked,
) -> bool:
    if row.phrase is None:
        return row.filename in marked.names
    holds = chunks.c.text.contains(row.phrase, autoescape=True)
    places = connection.scalars(
        select(chunks.c.version_id).where(chunks.c.knowledge_base_id == base, holds).distinct()
    ).all()
    return bool(places) and set(places) <= set(marked.versions)


def _rename_revisions(connection: Connection, base: KnowledgeBaseId, marked: _Marked) -> None:
    """A revision's reason begins with the file that it took in or removed."""
    numbers: set[int] = set()
    for batch in _batches(marked.versions):
        moments = (
            select(visibility.c.born, visibility.c.died)
            .join(chunks, chunks.c.id == visibility.c.chunk_id)
            .where(chunks.c.version_id.in_(batch))
        )
        for row in connection.execute(moments.distinct()):
            numbers.update({row.born, row.died or row.born})
    this = revisions.c.knowledge_base_id == base
    for row in connection.execute(select(revisions).where(this)).all():
        name = next((name for name in marked.names if row.reason.startswith(name)), None)
        if name is not None and row.number in numbers:
            reason = NO_NAME + row.reason.removeprefix(name)
            connection.execute(
                update(revisions)
                .where(this, revisions.c.number == row.number)
                .values(reason=reason)
            )


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
