"""Columns of text: which lines of a page are read before which others."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from ingestion.parsing.pdf_lines import Line

_PROSE: Final = re.compile(r"(?:[^\W\d_]{2,}\W+){2,}[^\W\d_]+|[\u2e80-\u9fff\uac00-\ud7ff]{6,}")
_FEWEST: Final = 8  # lines of prose; with fewer a page has one column
_MOSTLY: Final = 0.35  # of the lines: with less prose a page is a table or a form
_CROSSING: Final = 0.25  # of the lines of prose may go across, titles for example
_SIDE: Final = 0.15  # of them must stand on each side
_FILLED: Final = 0.45  # of its column, what a line of prose takes at the median
_BESIDE: Final = 0.5  # of the smaller side's lines have a neighbour on the other side
_DEEPEST: Final = 3


def columns_of(lines: Sequence[Line], depth: int = 0) -> Iterator[list[Line]]:
    """Parts of a page, one after the other as they are read; within a part rows go down.

    What goes across all columns ends the columns above it.
    """
    gutter = _gutter(lines) if depth < _DEEPEST else None
    if gutter is None:
        if lines:
            yield list(lines)
        return
    sides: tuple[list[Line], list[Line]] = ([], [])
    across: list[Line] = []
    for line in sorted(lines, key=lambda line: line.top):
        beside = bool(across) and line.area.level < across[-1].bottom  # the mark of a note
        if line.left < gutter < line.right or beside:
            for side in sides:
                yield from columns_of(side, depth + 1)
            sides = ([], [])
            across.append(line)
            continue
        if across:
            yield across
            across = []
        sides[line.area.middle > gutter].append(line)
    for side in (across, *sides):
        yield from columns_of(side, depth + 1)


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where the white strip between two columns of prose stands, if there are any."""
    prose = [line for line in lines if _PROSE.search(line.text)]
    if len(prose) < max(_FEWEST, _MOSTLY * len(lines)):
        return None
    lefts, rights = sorted(line.left for line in prose), sorted(line.right for line in prose)
    least, most = lefts[0], rights[-1]
    best: tuple[float, float] | None = None
    for x in range(int(least + 0.15 * (most - least)), int(most - 0.15 * (most - least)), 2):
        crossing = bisect_left(lefts, x) - bisect_right(rights, x)  # begun and not ended
        if crossing > _CROSSING * len(prose):
            continue
        width = _clearance(prose, x)
        if (best is None or (crossing, -width) < best) and _are_columns(prose, x):
            best, place = (crossing, -width), float(x)
    return place if best is not None else None


def _clearance(prose: Sequence[Line], x: float) -> float:
    left = max((line.right for line in prose if line.right <= x), default=x)
    right = min((line.left for line in prose if line.left >= x), default=x)
    return right - left


def _are_columns(prose: Sequence[Line], x: float) -> bool:
    left = [line for line in prose if line.right <= x]
    right = [line for line in prose if line.left >= x]
    fewer, more = sorted((left, right), key=len)
    if len(fewer) < max(3, _SIDE * len(prose)):
        return False
    if _clearance(prose, x) < 0.6 * median(line.area.depth for line in prose):
        return False
    beside = sum(any(_are_level(line, other) for other in more) for line in fewer)
    return beside >= _BESIDE * len(fewer) and all(_is_filled(side) for side in (left, right))


def _are_level(one: Line, other: Line) -> bool:
    return one.top < other.bottom and other.top < one.bottom


def _is_filled(side: Sequence[Line]) -> bool:
    width = max(line.right for line in side) - min(line.left for line in side)
    return median(line.area.width for line in side) >= _FILLED * width
