"""Which blocks belong together: sections, what introduces a list or a table, footnotes."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

from retrieval.types import Block, BlockKind

ABOVE: Final = (BlockKind.TITLE, BlockKind.HEADING)
_NOTE_MARK: Final = re.compile(r"\s*(?:\[(\w{1,3})\]|\((\w{1,3})\)|(\d{1,3}|[*†‡§¹²³⁴-⁹①-⑳]))")
_INTRODUCES: Final = (":", "：")
# "(in millions)", "单位：万元": what a table says of its numbers.
_UNIT: Final = re.compile(r"[(（\[].{1,80}[)）\]]|.{0,6}(?:单位|单位为)[:：].{1,20}")


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under one heading path, by their numbers and in reading order."""

    headings: tuple[str, ...]
    blocks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`lead` introduces `body`: a list with its items, a table, a block with its footnotes."""

    lead: tuple[int, ...]
    body: tuple[int, ...]  # at least one


def sections(blocks: Sequence[Block], is_tiny: Callable[[Section], bool]) -> list[Section]:
    """Every block that is not a heading is in one; a heading of nothing is one of its own.

    A tiny section joins its parent's own text right above it, its heading with it, unless a page
    lies between: a citation names the page that its passage begins on. Its siblings do not: no
    section ever crosses a heading of the same level.
    """
    found: list[Section] = []
    alone = False  # whether the last one found is a parent's own text and nothing else
    for section in _plain_sections(blocks):
        joins = alone and _is_child(section, found[-1]) and _on_one_page(section, found[-1], blocks)
        if joins and is_tiny(section):
            between = range(found[-1].blocks[-1] + 1, section.blocks[0])
            together = (*found[-1].blocks, *between, *section.blocks)
            found[-1] = replace(found[-1], blocks=together)
            alone = False
        else:
            found.append(section)
            alone = blocks[section.blocks[0]].kind not in ABOVE
    return _with_footnotes(found, blocks)


def _on_one_page(section: Section, parent: Section, blocks: Sequence[Block]) -> bool:
    return blocks[section.blocks[0]].page == blocks[parent.blocks[-1]].page


def _plain_sections(blocks: Sequence[Block]) -> Iterator[Section]:
    gathered: list[int] = []
    for index, block in enumerate(blocks):
        heading = block.kind in ABOVE
        if gathered and (heading or blocks[gathered[0]].headings != block.headings):
            yield Section(blocks[gathered[0]].headings, tuple(gathered))
            gathered = []
        if not heading:
            gathered.append(index)
        elif _is_empty(blocks, index):
            yield Section(block.headings, (index,))
    if gathered:
        yield Section(blocks[gathered[0]].headings, tuple(gathered))


def _is_empty(blocks: Sequence[Block], index: int) -> bool:
    """Nothing stands below this heading but another of its level or above."""
    block = blocks[index]
    if index + 1 == len(blocks):
        return True
    following = blocks[index + 1]
    if block.kind is BlockKind.TITLE or following.kind not in ABOVE:
        return False
    return following.level <= block.level


def _is_child(section: Section, above: Section) -> bool:
    depth = len(above.headings)
    return len(section.headings) > depth and section.headings[:depth] == above.headings


def _with_footnotes(found: Sequence[Section], blocks: Sequence[Block]) -> list[Section]:
    """Each footnote right behind the block that refers to it, on whatever side of a heading."""
    moved = {
        index: place
        for section in found
        for index in section.blocks
        if blocks[index].kind is BlockKind.FOOTNOTE
        and (place := _referring(blocks, index)) is not None
    }
    notes: dict[int, list[int]] = {}
    for index, place in moved.items():
        notes.setdefault(place, []).append(index)
    rebuilt = []
    for section in found:
        kept = [index for index in section.blocks if index not in moved]
        together = tuple(one for index in kept for one in (index, *notes.get(index, ())))
        if together:
            rebuilt.append(replace(section, blocks=together))
    return rebuilt


def _referring(blocks: Sequence[Block], note: int) -> int | None:
    """The last block above the footnote, on its page, that carries its mark."""
    found = _NOTE_MARK.match(blocks[note].text)
    if found is None:
        return None
    mark = re.escape(next(group for group in found.groups() if group))
    # In brackets, or at the end of a word: a bare "1" between spaces is a number.
    reference = re.compile(
        rf"\[{mark}\]|\({mark}\)|(?<=[^\W\d]){mark}(?!\w)|(?<=[.,;。，；”\"]){mark}(?!\w)"
    )
    for index in range(note - 1, -1, -1):
        block = blocks[index]
        if block.page != blocks[note].page:
            return None
        if block.kind not in (*ABOVE, BlockKind.FOOTNOTE) and reference.search(block.text):
            return index
    return None


def groups(section: Section, blocks: Sequence[Block]) -> Iterator[Group]:
    """Blocks of a section, in groups that are kept in one piece where they fit."""
    lead: list[int] = []
    body: list[int] = []
    for index, following in zip_longest(section.blocks, section.blocks[1:]):
        if not body and following is not None and _leads(blocks[index], blocks[following]):
            lead.append(index)
            continue
        body.append(index)
        if following is None or not _continues(blocks[body[0]], blocks[following]):
            yield Group(tuple(lead), tuple(body))
            lead, body = [], []


def _leads(block: Block, following: Block) -> bool:
    """Whether `block` is half a thought without the list or table below it."""
    unit = _is_unit(block)
    if following.kind is BlockKind.TABLE:
        return unit or block.kind is BlockKind.CAPTION or _introduces(block)
    if block.kind is BlockKind.CAPTION:
        return _is_unit(following)
    return following.kind is BlockKind.LIST_ITEM and _introduces(block)


def _continues(first: Block, following: Block) -> bool:
    lists = first.kind is BlockKind.LIST_ITEM and following.kind is BlockKind.LIST_ITEM
    return lists or following.kind is BlockKind.FOOTNOTE


def _is_unit(block: Block) -> bool:
    return block.kind is BlockKind.PARAGRAPH and _UNIT.fullmatch(block.text.strip()) is not None


def _introduces(block: Block) -> bool:
    return block.kind is BlockKind.PARAGRAPH and block.text.rstrip().endswith(_INTRODUCES)
