"""Blocks to pieces: as much text of one section as an embedder can look at together.

A piece never crosses a heading of the same or a higher level than the one above it. Small
neighbours are merged up to TARGET tokens; what is longer than LIMIT is split at sentence ends, or
by rows with the header repeated when it is a table. The same blocks always give the same pieces.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.splitting import estimate_tokens, split_table, split_text
from retrieval.types import Block, BlockKind

CHUNKER: Final = "structure-1"
TARGET: Final = 220  # estimated tokens
LIMIT: Final = 400  # E5 sees 512, and the breadcrumb takes some
_BREADCRUMB_TOKENS: Final = 80
_ABOVE: Final = (BlockKind.TITLE, BlockKind.HEADING)
_JOINT: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Piece:
    text: str  # what people read and citations quote
    headings: tuple[str, ...]
    page: int | None  # of the first block
    first_block: int
    last_block: int  # inclusive
    embedded_text: str  # breadcrumb and text: what is embedded, and hashed for reuse


@dataclass(frozen=True, slots=True)
class _Part:
    """A block, or a portion of a long one."""

    text: str
    block: int
    tokens: int


def chunk(title: str, blocks: Sequence[Block]) -> list[Piece]:
    """Pieces in reading order. Every block that is not a heading is in one of them."""
    pieces = []
    for headings, section in _sections(blocks):
        for parts in _filled(section, blocks):
            text = _JOINT.join(part.text for part in parts)
            first, last = parts[0].block, parts[-1].block
            embedded = _breadcrumb(title, headings) + _JOINT + text
            pieces.append(Piece(text, headings, blocks[first].page, first, last, embedded.lstrip()))
    return pieces


def _sections(blocks: Sequence[Block]) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    """Indexes of the blocks under one heading path, with that path.

    A heading with nothing below it but another heading of its level is its own section's text.
    """
    section: list[int] = []
    for index, block in enumerate(blocks):
        if block.kind not in _ABOVE:
            if section and blocks[section[0]].headings != block.headings:
                yield blocks[section[0]].headings, section
                section = []
            section.append(index)
            continue
        if section:
            yield blocks[section[0]].headings, section
            section = []
        if _is_empty_section(blocks, index):
            yield block.headings, [index]
    if section:
        yield blocks[section[0]].headings, section


def _is_empty_section(blocks: Sequence[Block], index: int) -> bool:
    block = blocks[index]
    if index + 1 == len(blocks):
        return True
    following = blocks[index + 1]
    if block.kind is BlockKind.TITLE or following.kind not in _ABOVE:
        return False
    return following.level <= block.level


def _filled(section: Sequence[int], blocks: Sequence[Block]) -> Iterator[list[_Part]]:
    """Parts of a section, gathered until TARGET is reached or LIMIT would be passed."""
    gathered: list[_Part] = []
    tokens = 0
    for part in _parts(section, blocks):
        if gathered and (tokens >= TARGET or tokens + part.tokens > LIMIT):
            yield gathered
            gathered, tokens = [], 0
        gathered.append(part)
        tokens += part.tokens
    if gathered:
        yield gathered


def _parts(section: Sequence[int], blocks: Sequence[Block]) -> Iterator[_Part]:
    for index in section:
        block = blocks[index]
        split = split_table if block.kind is BlockKind.TABLE else split_text
        for text in split(block.text, TARGET, LIMIT):
            yield _Part(text, index, estimate_tokens(text))


def _breadcrumb(title: str, headings: Sequence[str]) -> str:
    """ "Title › Heading › Heading"; of a long path, the title and the nearest headings."""
    names = [title, *headings] if title else list(headings)
    while len(names) > 1 and estimate_tokens(" › ".join(names)) > _BREADCRUMB_TOKENS:
        names.pop(1 if len(names) > 2 else 0)
    crumb = " › ".join(names)
    return next(iter(split_text(crumb, _BREADCRUMB_TOKENS, _BREADCRUMB_TOKENS)), "")
