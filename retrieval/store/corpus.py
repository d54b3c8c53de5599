"""Reads of the corpus: what is visible now, as the values of `types.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select

from retrieval.store.boilerplate import repeats
from retrieval.store.database import Database
from retrieval.store.scoping import readable_in
from retrieval.tables import blocks, chunks, documents, knowledge_bases, versions, visibility
from retrieval.types import (
    Block,
    BlockKind,
    Box,
    Chunk,
    ChunkId,
    DocumentId,
    KnowledgeBase,
    KnowledgeBaseId,
    Passage,
    Scope,
    Scores,
    VersionId,
)

BATCH = 500  # ids per statement; SQLite refuses more than 32,766 parameters


@dataclass(frozen=True, slots=True)
class Corpus:
    database: Database

    def visible(self, chunk_ids: Sequence[ChunkId], scope: Scope) -> dict[ChunkId, Passage]:
        """Those of the chunks that the scope may read and that the live revision shows.

        A chunk that is missing here must not be ranked, prompted, cited or counted. Of texts that
        many documents repeat there is one.
        """
        found: dict[ChunkId, Passage] = {}
        with self.database.read() as connection:
            for batch in batches(chunk_ids):
                query = _visible_chunks().where(
                    chunks.c.id.in_(batch), readable_in(scope), ~repeats(scope)
                )
                for row in connection.execute(query):
                    found[row.chunk_id] = _passage(row)
        return found

    def around(self, passages: Sequence[Passage], scope: Scope, *, reach: int) -> list[Passage]:
        """What stands up to `reach` places before and after them and `visible` would show.

        Without themselves, in reading order. What the scope may not read, stands nowhere.
        """
        if not passages:
            return []
        near = [
            (chunks.c.version_id == p.chunk.version)
            & chunks.c.ordinal.between(p.chunk.ordinal - reach, p.chunk.ordinal + reach)
            for p in passages
        ]
        query = _visible_chunks().where(or_(*near), readable_in(scope), ~repeats(scope))
        themselves = {passage.chunk.id for passage in passages}
        with self.database.read() as connection:
            found = [_passage(row) for row in connection.execute(query)]
        others = [passage for passage in found if passage.chunk.id not in themselves]
        return sorted(others, key=lambda one: (one.chunk.version, one.chunk.ordinal))

    def passages(self, chunk_ids: Sequence[ChunkId]) -> dict[ChunkId, Passage]:
        """Chunks as passages, visible or not: for an index that nobody is shown yet."""
        found: dict[ChunkId, Passage] = {}
        with self.database.read() as connection:
            for batch in batches(chunk_ids):
                for row in connection.execute(_passages().where(chunks.c.id.in_(batch))):
                    found[row.chunk_id] = _passage(row)
        return found

    def visible_ids(self, knowledge_base: KnowledgeBaseId) -> frozenset[ChunkId]:
        """All chunk ids that the live revision of the knowledge base shows."""
        query = (
            select(visibility.c.chunk_id)
            .join(knowledge_bases, knowledge_bases.c.id == visibility.c.knowledge_base_id)
            .where(knowledge_bases.c.id == knowledge_base, visible_now())
        )
        with self.database.read() as connection:
            return frozenset(connection.scalars(query))

    def knowledge_base(self, knowledge_base: KnowledgeBaseId) -> KnowledgeBase | None:
        query = select(knowledge_bases).where(knowledge_bases.c.id == knowledge_base)
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
        return _knowledge_base(row) if row is not None else None

    def knowledge_bases(self) -> list[KnowledgeBase]:
        """By name."""
        with self.database.read() as connection:
            rows = connection.execute(select(knowledge_bases).order_by(knowledge_bases.c.name))
            return [_knowledge_base(row) for row in rows]

    def blocks(self, version: VersionId) -> list[Block]:
        """In reading order."""
        query = select(blocks).where(blocks.c.version_id == version).order_by(blocks.c.ordinal)
        with self.database.read() as connection:
            return [block_of(row) for row in connection.execute(query)]

    def live_chunks(self, document: DocumentId) -> list[Chunk]:
        """Visible chunks of the document, in reading order."""
        query = _visible_chunks().where(chunks.c.document_id == document).order_by(chunks.c.ordinal)
        with self.database.read() as connection:
            return [_passage(row).chunk for row in connection.execute(query)]


def visible_now() -> ColumnElement[bool]:
    """Rows of `visibility` that the joined knowledge base's live revision shows."""
    live = knowledge_bases.c.live_revision
    return (visibility.c.born <= live) & (visibility.c.died.is_(None) | (visibility.c.died > live))


def batches(ids: Iterable[ChunkId]) -> list[list[ChunkId]]:
    unique = list(dict.fromkeys(ids))
    return [unique[start : start + BATCH] for start in range(0, len(unique), BATCH)]


def _visible_chunks() -> Select[Any]:
    return (
        _passages()
        .join(visibility, visibility.c.chunk_id == chunks.c.id)
        .join(knowledge_bases, knowledge_bases.c.id == chunks.c.knowledge_base_id)
        .where(visible_now(), documents.c.deleted_at.is_(None))
    )


def _passages() -> Select[Any]:
    return (
        select(
            chunks.c.id.label("chunk_id"),
            chunks.c.knowledge_base_id,
            chunks.c.document_id,
            chunks.c.version_id,
            chunks.c.ordinal,
            chunks.c.text,
            chunks.c.headings,
            chunks.c.page,
            chunks.c.first_block,
            chunks.c.last_block,
            documents.c.title,
            documents.c.updated_at,
            versions.c.filename,
            versions.c.number,
        )
        .select_from(chunks)
        .join(documents, documents.c.id == chunks.c.document_id)
        .join(versions, versions.c.id == chunks.c.version_id)
    )


def _passage(row: Row[Any]) -> Passage:
    chunk = Chunk(
        id=ChunkId(row.chunk_id),
        knowledge_base=KnowledgeBaseId(row.knowledge_base_id),
        document=DocumentId(row.document_id),
        version=VersionId(row.version_id),
        ordinal=row.ordinal,
        text=row.text,
        headings=tuple(row.headings),
        page=row.page,
        first_block=row.first_block,
        last_block=row.last_block,
    )
    return Passage(
        chunk=chunk,
        document_title=row.title,
        filename=row.filename,
        version_number=row.number,
        updated_at=row.updated_at,
        scores=Scores(),
    )


def _knowledge_base(row: Row[Any]) -> KnowledgeBase:
    return KnowledgeBase(
        id=KnowledgeBaseId(row.id),
        name=row.name,
        description=row.description,
        maintainer=row.maintainer,
        live_revision=row.live_revision,
        suggested_questions=tuple(row.suggested_questions),
        created_at=row.created_at,
    )


def block_of(row: Row[Any]) -> Block:
    return Block(
        kind=BlockKind(row.kind),
        text=row.text,
        headings=tuple(row.headings),
        level=row.level,
        page=row.page,
        sheet=row.sheet,
        cells=row.cells,
        boxes=tuple(Box(*box) for box in row.boxes or ()),
    )
