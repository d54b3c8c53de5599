"""What is known of a file that was read, as its row keeps it and as a search needs it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Row

from ingestion.chunking import Piece
from ingestion.parsing.parse import Parsed
from ingestion.parsing.wire import decode_blocks, encode_result
from retrieval.store.vectors import STORED_DTYPE
from retrieval.types import (
    ATTACHED,
    Block,
    Chunk,
    ChunkId,
    DocumentId,
    Passage,
    Scores,
    Vector,
    VersionId,
)


@dataclass(frozen=True, slots=True)
class Contents:
    parsed: Parsed
    pieces: Sequence[Piece]
    embedder: str  # EmbedderIdentity.key
    vectors: Vector  # (len(pieces), dim) float32, unit length


def columns_of(contents: Contents) -> dict[str, object]:
    """Of a row of `attachments`."""
    parsed = contents.parsed
    said = json.loads(encode_result(parsed.title, parsed.blocks, parsed.pages))
    return {
        "title": parsed.title,
        "pages": parsed.pages,
        "blocks": said["blocks"],
        "passages": [
            {
                "text": piece.text,
                "headings": list(piece.headings),
                "page": piece.page,
                "first_block": piece.first_block,
                "last_block": piece.last_block,
                "embedded": piece.embedded_text,
            }
            for piece in contents.pieces
        ],
        "embedder": contents.embedder,
        "vectors": packed(contents.vectors),
    }


def packed(vectors: Vector) -> bytes:
    return vectors.astype(STORED_DTYPE).tobytes()


def blocks_of(row: Row[Any]) -> tuple[Block, ...]:
    """In reading order."""
    return decode_blocks(row.blocks or [])


def embedded_texts_of(row: Row[Any]) -> list[str]:
    """What is embedded of each passage."""
    return [str(passage["embedded"]) for passage in row.passages or []]


def passages_of(row: Row[Any]) -> list[Passage]:
    """In reading order, without scores. A passage's version is its file: there is no other."""
    return [
        Passage(
            chunk=Chunk(
                id=_chunk_id(row.id, ordinal),
                knowledge_base=ATTACHED,
                document=DocumentId(row.id),
                version=VersionId(row.id),
                ordinal=ordinal,
                text=passage["text"],
                headings=tuple(passage["headings"]),
                page=passage["page"],
                first_block=passage["first_block"],
                last_block=passage["last_block"],
            ),
            document_title=row.title,
            filename=row.filename,
            version_number=1,
            updated_at=row.created_at,
            scores=Scores(),
        )
        for ordinal, passage in enumerate(row.passages or [])
    ]


def vectors_of(row: Row[Any], embedder: str) -> dict[ChunkId, Vector]:
    """Of each passage; none when another embedder made them."""
    if row.embedder != embedder or not row.passages:
        return {}
    vectors = np.frombuffer(row.vectors, STORED_DTYPE).reshape(len(row.passages), -1)
    return {_chunk_id(row.id, ordinal): vector for ordinal, vector in enumerate(vectors)}


def attachment_of(chunk: ChunkId) -> str | None:
    """Whose passage it is; None for that of a document."""
    attachment, mark, _ = chunk.partition(":")
    return attachment if mark else None


def _chunk_id(attachment: str, ordinal: int) -> ChunkId:
    return ChunkId(f"{attachment}:{ordinal}")
