"""From a reader's flat items to blocks that know the headings above them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import PurePath
from typing import Final

from ingestion.parsing.items import Item
from retrieval.types import Block, BlockKind, Box

HEADINGS: Final = (BlockKind.TITLE, BlockKind.HEADING)
_SPACES: Final = re.compile(r"[ \t\u00a0\u3000]+")
_MANY_BREAKS: Final = re.compile(r"\n{3,}")
# Control characters (tab and line feed excepted), byte order marks, zero-width marks, surrogates.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u200b\u2060\ufffe\uffff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """One kind of line end, single spaces, nothing invisible; line breaks are kept."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = (_SPACES.sub(" ", line).strip() for line in _INVISIBLE.sub("", text).split("\n"))
    return _MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip()


def clean_code(text: str) -> str:
    """Like `clean`, but indentation carries meaning."""
    lines = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def tidy(items: Iterable[Item]) -> list[Item]:
    """Items with clean texts, without those that hold nothing."""
    return [item for item in map(_cleaned, items) if item.text]


def _cleaned(item: Item) -> Item:
    text = clean_code(item.text) if item.kind is BlockKind.CODE else clean(item.text)
    if text == item.text:
        return item
    return replace(item, text=text, boxes=_moved(item.boxes, item.text, text))


def _moved(boxes: Sequence[Box], before: str, after: str) -> tuple[Box, ...]:
    """Boxes of `before` for `after`, which has the same visible characters in the same order."""
    if not boxes:
        return ()
    passed = list(accumulate(map(_is_visible, before), initial=0))
    places = [index for index, letter in enumerate(after) if _is_visible(letter)]
    moved = []
    for box in boxes:
        first, last = passed[box.start], passed[box.end] - 1
        if first <= last < len(places):
            moved.append(replace(box, start=places[first], end=places[last] + 1))
    return tuple(moved)


def _is_visible(letter: str) -> bool:
    return not letter.isspace() and _INVISIBLE.match(letter) is None


def outline(items: Sequence[Item]) -> tuple[Block, ...]:
    """Blocks in the order of `items`.

    A first heading that is alone on its level is the document's title, unless it is the name of a
    sheet. The title is not part of the paths below it, because it stands above everything.
    """
    titled = _mark_title(items)
    path: list[tuple[int, str]] = []
    blocks = []
    for item in titled:
        if item.kind is BlockKind.HEADING:
            path = [(level, text) for level, text in path if level < item.level]
        above = tuple(text for _, text in path)
        blocks.append(_block(item, above))
        if item.kind is BlockKind.HEADING:
            path.append((item.level, item.text.replace("\n", " ")))
    return tuple(blocks)


def _block(item: Item, above: tuple[str, ...]) -> Block:
    return Block(
        item.kind,
        item.text,
        above,
        item.level,
        item.page,
        item.sheet,
        item.cells,
        item.boxes,
    )


def _mark_title(items: Sequence[Item]) -> list[Item]:
    marked = list(items)
    if not marked or any(item.kind is BlockKind.TITLE for item in marked):
        return marked
    first = marked[0]
    levels = [item.level for item in marked if item.kind is BlockKind.HEADING]
    alone = levels.count(first.level) == 1 and first.level == min(levels)
    if first.kind is BlockKind.HEADING and first.sheet is None and alone:
        marked[0] = replace(first, kind=BlockKind.TITLE)
    return marked


def title_of(blocks: Sequence[Block], filename: str) -> str:
    """The document's own title, else its file name without the ending."""
    for block in blocks:
        if block.kind is BlockKind.TITLE and len(block.text) <= 200:
            return block.text.replace("\n", " ")
    return PurePath(filename).stem or filename
