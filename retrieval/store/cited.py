"""The blocks behind citations, with what is needed to count lines on a page."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select

from retrieval.store.corpus import block_of
from retrieval.store.database import Database
from retrieval.tables import blocks, chunks
from retrieval.types import Block, ChunkId


@dataclass(frozen=True, slots=True)
class CitedText:
    """Blocks in reading order: those that a citation names, after those that stand before them.

    Before them is all that may share a page with them, or all there is where there are no pages.
    """

    before: tuple[Block, ...]
    own: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class CitedBlocks:
    database: Database

    def texts(self, cited: Collection[ChunkId]) -> dict[ChunkId, CitedText]:
        """One read for all; without those that are not stored."""
        found: dict[ChunkId, list[Row[Any]]] = defaultdict(list)
        with self.database.read() as connection:
            for row in connection.execute(_query(cited)):
                found[ChunkId(row.chunk_id)].append(row)
        return {chunk: _cited_text(rows) for chunk, rows in found.items()}


def _cited_text(rows: list[Row[Any]]) -> CitedText:
    return CitedText(
        before=tuple(block_of(row) for row in rows if row.ordinal < row.first_block),
        own=tuple(block_of(row) for row in rows if row.ordinal >= row.first_block),
    )


def _query(cited: Collection[ChunkId]) -> Select[Any]:
    """The chunks' blocks and those before them, back to the last that cannot share a page.

    A block begins on its `page` and may end overleaf, and a footnote may stand between the two
    parts: so it goes back by more than one page.
    """
    earlier = blocks.alias("earlier")
    start = (
        select(func.max(earlier.c.ordinal))
        .where(
            earlier.c.version_id == chunks.c.version_id,
            earlier.c.ordinal < chunks.c.first_block,
            earlier.c.page < chunks.c.page - 1,
        )
        .correlate(chunks)
        .scalar_subquery()
    )
    return (
        select(chunks.c.id.label("chunk_id"), chunks.c.first_block, *blocks.c)
        .select_from(chunks)
        .join(blocks, blocks.c.version_id == chunks.c.version_id)
        .where(
            chunks.c.id.in_(cited),
            blocks.c.ordinal.between(func.coalesce(start, 0), chunks.c.last_block),
        )
        .order_by(chunks.c.id, blocks.c.ordinal)
    )
