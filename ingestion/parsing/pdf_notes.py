"""Footnotes: taken out of the text that runs on overleaf, and put after what refers to them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from ingestion.parsing.items import Item
from ingestion.parsing.pdf_joining import joined
from ingestion.parsing.pdf_lines import Line
from ingestion.parsing.pdf_page import Part
from retrieval.types import BlockKind

_SMALLER: Final = 0.93  # than the letters of the text
_LOWER: Final = 0.5  # of the page's parts: notes stand below them
_MARK: Final = re.compile(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}|[*†‡§]{1,3}|\d{1,2}(?=\s[^\W\d]))\s?(?=\S)")
_TABLE_MARK: Final = re.compile(r"(\((?:\d{1,2}|[a-z])\)|[*†‡]{1,3})\s")
_NUMBERS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SIGNS: Final = "*†‡§"
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def without_notes(parts: Sequence[Part], body: float) -> tuple[list[Part], list[list[Line]]]:
    """The text, and the lines of each note. `body` is the font size of the text."""
    pages: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        pages[part.page].append(part)
    text: list[Part] = []
    notes: list[list[Line]] = []
    for page in pages.values():
        start, end = _notes_of(page, body)
        text += [*page[:start], *page[end:]]
        notes += _parted([part for part in page[start:end] if isinstance(part, Line)])
    return text, notes


def _notes_of(page: Sequence[Part], body: float) -> tuple[int, int]:
    """The small lines low on a page from the first with a mark on, without a gap in between."""
    marks = "".join(part.text for part in page if isinstance(part, Line))
    small = [isinstance(part, Line) and part.size <= _SMALLER * body for part in page]
    low = range(int(_LOWER * len(page)), len(page))
    start = next((i for i in low if small[i] and _begins(page[i], marks)), len(page))
    for index in range(start + 1, len(page)):
        above, below = page[index - 1].area, page[index].area
        apart = below.top - above.bottom > above.depth or below.bottom < above.top
        if apart or not small[index]:
            return start, index
    return start, len(page)


def _begins(part: Part, page: str) -> bool:
    """A number on the line itself is a mark only when the page has it raised."""
    found = _MARK.match(part.text) if isinstance(part, Line) else None
    return found is not None and found.group(1).translate(_RAISED) in page


def _parted(lines: Sequence[Line]) -> list[list[Line]]:
    notes: list[list[Line]] = []
    for line in lines:
        if not notes or _MARK.match(line.text):
            notes.append([])
        notes[-1].append(line)
    return notes


def with_notes(
    items: Sequence[Item], notes: Iterable[Sequence[Line]], words: frozenset[str]
) -> list[Item]:
    """Each note behind the last item of its page that has its mark, else at the page's end."""
    on: dict[int, list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        for page in {box.page for box in item.boxes}:
            on[page].append(index)
    behind: dict[int, list[Item]] = defaultdict(list)
    for note in notes:
        text, boxes = joined(note, words)
        here = on.get(note[0].page, [])
        referring = [index for index in here if _refers(items[index].text, text)]
        place = (referring or here or [len(items) - 1])[-1]
        behind[place].append(Item(BlockKind.FOOTNOTE, text, page=note[0].page, boxes=boxes))
    text_and_notes = ((item, *behind[index]) for index, item in enumerate(items))
    return [*behind[-1], *chain.from_iterable(text_and_notes)]


def _refers(text: str, note: str) -> bool:
    found = _MARK.match(note)
    mark = found.group(1).translate(_RAISED) if found else ""
    kind = _SIGNS if mark[:1] in _SIGNS else _NUMBERS
    return bool(mark) and bool(re.search(rf"(?<![{kind}\s]){re.escape(mark)}(?![{kind}])", text))


def notes_of_tables(items: Sequence[Item]) -> list[Item]:
    """What stands below a table behind a mark that the table has is its note."""
    marked: list[Item] = []
    table: Item | None = None
    for item in items:
        if item.kind is BlockKind.TABLE:
            table = item
        found = _TABLE_MARK.match(item.text)
        if table is not None and item is not table:
            if found and found.group(1) in table.text and item.page == table.page:
                item = replace(item, kind=BlockKind.FOOTNOTE)
            else:
                table = None
        marked.append(item)
    return marked
