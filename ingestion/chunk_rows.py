"""Rows of blocks and chunks: written with their version, visible only after a commit."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from ingestion.chunking import Piece
from ingestion.likeness import likeness_of
from ingestion.parsing.parse import Parsed
from ingestion.parsing.wire import plain
from ingestion.records import VersionRecord
from retrieval.store.corpus import batches
from retrieval.store.vectors import text_digest
from retrieval.tables import blocks, chunks, documents, versions
from retrieval.types import ChunkId, KnowledgeBaseId, VersionId


def is_parsed(connection: Connection, version_id: VersionId) -> bool:
    query = select(blocks.c.ordinal).where(blocks.c.version_id == version_id)
    return connection.execute(query.limit(1)).first() is not None


def chunk_ids(connection: Connection, version_id: VersionId, chunker: str) -> list[ChunkId]:
    """Those that this chunker made of the version, in reading order."""
    query = (
        select(chunks.c.id)
        .where(chunks.c.version_id == version_id, chunks.c.chunker == chunker)
        .order_by(chunks.c.ordinal)
    )
    return [ChunkId(row) for row in connection.scalars(query)]


def texts(connection: Connection, chunk_ids: Sequence[ChunkId]) -> dict[str, str]:
    """What is embedded of each chunk, by its digest."""
    found: dict[str, str] = {}
    for batch in batches(chunk_ids):
        query = select(chunks.c.embedded_sha256, chunks.c.context, chunks.c.text)
        for row in connection.execute(query.where(chunks.c.id.in_(batch))):
            found[row.embedded_sha256] = row.context + row.text
    return found


def tokens(connection: Connection, chunk_ids: Sequence[ChunkId]) -> dict[str, int]:
    """How many each chunk has, by its digest."""
    found: dict[str, int] = {}
    for batch in batches(chunk_ids):
        query = select(chunks.c.embedded_sha256, chunks.c.tokens)
        for row in connection.execute(query.where(chunks.c.id.in_(batch))):
            found[row.embedded_sha256] = row.tokens
    return found


def newer_is_live(connection: Connection, version: VersionRecord) -> bool:
    query = (
        select(versions.c.number)
        .join(documents, documents.c.live_version_id == versions.c.id)
        .where(documents.c.id == version.document)
    )
    live: int | None = connection.scalar(query)
    return live is not None and live > version.number


def keep_blocks(connection: Connection, version: VersionRecord, parsed: Parsed) -> None:
    connection.execute(delete(blocks).where(blocks.c.version_id == version.id))
    connection.execute(
        insert(blocks),
        [
            {
                "version_id": version.id,
                "ordinal": ordinal,
                "kind": block.kind,
                "text": block.text,
                "headings": list(block.headings),
                "level": block.level,
                "page": block.page,
                "sheet": block.sheet,
                "cells": block.cells,
                "boxes": plain(block.boxes) or None,
            }
            for ordinal, block in enumerate(parsed.blocks)
        ],
    )


def keep_chunks(
    connection: Connection,
    knowledge_base: KnowledgeBaseId,
    version: VersionRecord,
    pieces: Sequence[Piece],
    chunker_identity: str,
) -> list[ChunkId]:
    """Writes what this chunker has not written yet; invisible until a commit. In reading order."""
    rows = [
        _chunk_row(knowledge_base, version, ordinal, piece, chunker_identity)
        for ordinal, piece in enumerate(pieces)
    ]
    known = set(chunk_ids(connection, version.id, chunker_identity))
    fresh = [row for row in rows if row["id"] not in known]
    if fresh:
        connection.execute(insert(chunks), fresh)
    return [ChunkId(str(row["id"])) for row in rows]


def _chunk_row(
    knowledge_base: KnowledgeBaseId,
    version: VersionRecord,
    ordinal: int,
    piece: Piece,
    chunker: str,
) -> dict[str, object]:
    digest = text_digest(piece.embedded_text)
    # The same version, chunker and text give the same id, so a step that runs twice adds nothing.
    name = f"{version.id}|{chunker}|{ordinal}|{digest}"
    return {
        "id": sha256(name.encode()).hexdigest()[:32],
        "knowledge_base_id": knowledge_base,
        "document_id": version.document,
        "version_id": version.id,
        "ordinal": ordinal,
        "text": piece.text,
        "context": piece.embedded_text.removesuffix(piece.text),
        "headings": list(piece.headings),
        "page": piece.page,
        "first_block": piece.first_block,
        "last_block": piece.last_block,
        "embedded_sha256": digest,
        "chunker": chunker,
        "tokens": piece.tokens,
        "likeness": likeness_of(piece.text),
    }
