"""Running headers, footers and page numbers: what stands at the edges of many pages."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from ingestion.parsing.pdf_lines import Line
from ingestion.parsing.pdf_page import Part
from ingestion.parsing.pdf_table import Table

_DIGITS: Final = re.compile(r"\d{1,9}")
_NUMBER: Final = re.compile(
    r"(?:page\s*)?[-–]?\s*(\d{1,4})\s*[-–]?(?:\s*(?:of|/)\s*\d{1,4})?", re.I
)
_MARGIN: Final = 0.12  # of the page's height, above and below
_NUMBERS: Final = 0.16  # the same, for a page's own number
_EDGE: Final = 3  # lines from the top and the bottom, where a page ends early
_FULL: Final = 8  # lines of a page whose edges are not its middle
_REPEATED: Final = 0.3  # of the pages: left and right pages often differ
_FEWEST_PAGES: Final = 3
_MOSTLY: Final = 0.6  # of the pages: numbering may begin again, a line may be missing
_CHAPTER: Final = 4  # pages with the same line on the same level, however long the document


def without_furniture(parts: Sequence[Part]) -> list[Part]:
    """Numbers may differ from page to page when they count pages: "Page 3 of 9"."""
    edges = _edges(parts)
    pages = {part.page for part in parts}
    on: dict[str, list[Line]] = defaultdict(list)
    level: dict[tuple[str, int], list[Line]] = defaultdict(list)
    for line in edges.values():
        on[_masked(line)].append(line)
        if _in_margin(line):
            level[_masked(line), round(line.top / 3)].append(line)
    enough = max(_FEWEST_PAGES, _REPEATED * len(pages))
    furniture = {text for text, lines in on.items() if _repeats(lines, enough)}
    furniture |= {text for (text, _), lines in level.items() if _repeats(lines, _CHAPTER)}
    return [
        part
        for part in parts
        if not (
            isinstance(part, Line)
            and id(part) in edges
            and (_masked(part) in furniture or _is_its_number(part))
        )
    ]


def _repeats(lines: Sequence[Line], pages: float) -> bool:
    """Whether lines that differ in numbers only are on so many pages and count nothing else."""
    if len({line.page for line in lines}) < pages:
        return False
    numbers = [[int(n) for n in _DIGITS.findall(line.text)] for line in lines]
    steps = [[n - line.page for n in row] for row, line in zip(numbers, lines, strict=True)]
    return all(
        _mostly_one(column) or _mostly_one(step)
        for column, step in zip(zip(*numbers, strict=True), zip(*steps, strict=True), strict=True)
    )


def _mostly_one(values: Sequence[int]) -> bool:
    return Counter(values).most_common(1)[0][1] >= _MOSTLY * len(values)


def _edges(parts: Sequence[Part]) -> dict[int, Line]:
    """Lines at the upper and lower edge of each page, by their identity."""
    pages: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        pages[part.page].append(part)
    edges: dict[int, Line] = {}
    for found in pages.values():
        down = sorted(found, key=lambda part: part.area.level)
        full = sum(len(part.rows) if isinstance(part, Table) else 1 for part in down) >= _FULL
        at_edge = down[:_EDGE] + down[-_EDGE:] if full else []
        in_margin = (part for part in found if _in_margin(part, _NUMBERS))
        for part in (*at_edge, *in_margin):
            if isinstance(part, Line) and (_in_margin(part) or full or _is_its_number(part)):
                edges[id(part)] = part
    return edges


def _masked(line: Line) -> str:
    return _DIGITS.sub("#", line.text)


def _is_its_number(line: Line) -> bool:
    found = _NUMBER.fullmatch(line.text)
    return found is not None and int(found.group(1)) == line.page and _in_margin(line, _NUMBERS)


def _in_margin(part: Part, margin: float = _MARGIN) -> bool:
    return not margin * part.height < part.area.level < (1 - margin) * part.height
