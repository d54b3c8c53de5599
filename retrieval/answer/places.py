"""Where in its document a quote stands: its lines, and their boxes on pages."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from retrieval.store.cited import CitedText
from retrieval.types import Block, Box

_RULE: Final = re.compile(r"[\s|:-]*")  # below the header of a table: it is not on the page
_WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Place:
    page: int | None
    first_line: int  # from 1: on `page`, or in the text where there are no pages
    last_line: int  # on `page`, also when the quote goes on overleaf
    boxes: tuple[Box, ...]


def place_of(quote: str, text: CitedText) -> Place | None:
    """None when the quote is not there. Letters beside each other on a page are of one line."""
    spans = _spans_of(quote, text.own)
    if not spans:
        return None
    lines = list(_numbered((*text.before, *text.own)))
    first_own = len(text.before)
    held = [
        line
        for line in lines
        for span in spans
        if line.block == first_own + span.block and line.end > span.start and line.start < span.end
    ]
    if not held:
        return None
    page = held[0].page
    numbers = [line.number for line in held if line.page == page]
    return Place(page, min(numbers), max(numbers), boxes_of(quote, text.own))


def boxes_of(quote: str, blocks: Sequence[Block]) -> tuple[Box, ...]:
    """The lines that hold `quote`, in reading order; empty when it is not there or has no place.

    `blocks` are those of the citation, first_block to last_block. White space does not count. What
    is not there in one piece is looked for line by line: rows of a table far below its header.
    """
    found: list[Box] = []
    for span in _spans_of(quote, blocks):
        for box in blocks[span.block].boxes:
            if box.end > span.start and box.start < span.end and box not in found:
                found.append(box)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Span:
    """Characters of the text of a block."""

    block: int
    start: int
    end: int  # exclusive


@dataclass(frozen=True, slots=True)
class _Line:
    block: int
    page: int | None
    start: int
    end: int  # exclusive
    number: int  # from 1, on its page


def _spans_of(quote: str, blocks: Sequence[Block]) -> list[_Span]:
    text = _Squeezed.of(blocks)
    whole = text.find(_squeeze(quote), 0)
    if whole is not None:
        return list(text.spans(*whole))
    found: list[_Span] = []
    start = 0
    for line in quote.split("\n"):
        wanted = _squeeze(line)
        place = None if _RULE.fullmatch(line) else text.find(wanted, start) or text.find(wanted, 0)
        if place is not None:
            found += text.spans(*place)
            start = place[1]
    return found


def _numbered(blocks: Sequence[Block]) -> Iterator[_Line]:
    """All lines. What stands at the height of the line before it, on its page, is of that line."""
    lines: dict[int | None, int] = {}
    above: dict[int, Box] = {}
    for place, block in enumerate(blocks):
        for box in block.boxes:
            last = above.get(box.page)
            if last is None or not last.top <= (box.top + box.bottom) / 2 <= last.bottom:
                lines[box.page] = lines.get(box.page, 0) + 1
            above[box.page] = box
            yield _Line(place, box.page, box.start, box.end, lines[box.page])
        if not block.boxes:
            for start, end in _text_lines(block.text):
                lines[block.page] = lines.get(block.page, 0) + 1
                yield _Line(place, block.page, start, end, lines[block.page])


def _text_lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of those that say something."""
    start = 0
    for line in text.split("\n"):
        if not _RULE.fullmatch(line):
            yield start, start + len(line)
        start += len(line) + 1


@dataclass(frozen=True, slots=True)
class _Squeezed:
    """Blocks without white space, and where each of them begins."""

    text: str
    begins: tuple[int, ...]
    blocks: Sequence[Block]

    @staticmethod
    def of(blocks: Sequence[Block]) -> "_Squeezed":
        texts = [_squeeze(block.text) for block in blocks]
        begins, length = [], 0
        for text in texts:
            begins.append(length)
            length += len(text)
        return _Squeezed("".join(texts), tuple(begins), blocks)

    def find(self, wanted: str, start: int) -> tuple[int, int] | None:
        at = self.text.find(wanted, start) if wanted else -1
        return (at, at + len(wanted)) if at >= 0 else None

    def spans(self, start: int, end: int) -> Iterator[_Span]:
        """Of each block that has letters of it."""
        ends = (*self.begins[1:], len(self.text))
        for number, (begins, stops) in enumerate(zip(self.begins, ends, strict=True)):
            if begins < end and stops > start:
                text = self.blocks[number].text
                first = _offset(text, max(start, begins) - begins)
                last = _offset(text, min(end, stops) - begins - 1)
                yield _Span(number, first, last + 1)


def _offset(text: str, letter: int) -> int:
    """Where the letter with this number, from 0, stands; white space is no letter."""
    passed = 0
    for word in _WORD.finditer(text):
        if letter < passed + len(word.group()):
            return word.start() + letter - passed
        passed += len(word.group())
    return len(text)


def _squeeze(text: str) -> str:
    return "".join(text.split())
