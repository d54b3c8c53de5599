"""Blocks as they travel over HTTP, of documents and of attached files."""

from collections.abc import Iterable

from app.shapes.library import BlockOut, BoxOut
from retrieval.types import Block


def blocks_out(blocks: Iterable[Block]) -> list[BlockOut]:
    """In reading order."""
    return [
        BlockOut(
            ordinal=ordinal,
            kind=block.kind,
            text=block.text,
            headings=list(block.headings),
            level=block.level,
            page=block.page,
            sheet=block.sheet,
            cells=block.cells,
            boxes=[BoxOut.model_validate(box) for box in block.boxes],
        )
        for ordinal, block in enumerate(blocks)
    ]
