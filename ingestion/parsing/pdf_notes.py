"""Footnotes: taken out of the text that runs on overleaf, and put after what refers to them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
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
    behind: dict[int, list[Item]] = defaultdict(list)
    for note in notes:
        text, boxes = joined(note, words)
        item = Item(BlockKind.FOOTNOTE, text, page=note[0].page, boxes=boxes)
        behind[_place(items, item)].append(item)
    return behind[-1] + [
        one for index, item in enumerate(items) for one in (item, *behind.get(index, ()))
    ]


def _place(items: Sequence[Item], note: Item) -> int:
    page = note.page or 0
    here = [i for i, item in enumerate(items) if any(box.page == page for box in item.boxes)]
    found = _MARK.match(note.text)
    mark = found.group(1).translate(_RAISED) if found else ""
    if mark and mark[0] in "*†‡§":
        wanted = re.compile(rf"(?<=\S){re.escape(mark)}(?![*†‡§])")
    else:
        wanted = re.compile(rf"(?<![⁰¹²³⁴⁵⁶⁷⁸⁹]){mark}(?![⁰¹²³⁴⁵⁶⁷⁸⁹])")
    referring = [i for i in here if mark and wanted.search(items[i].text)]
    before = [i for i, item in enumerate(items) if (item.page or 0) <= page]
    return (referring or here or before or [-1])[-1]


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
