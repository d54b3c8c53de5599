"""Where one table of a sheet ends and the next begins.

Blank rows and blank columns part them, unless what comes behind has no names of its own: then
the blank is only air inside a table.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

_MOST_TITLES: Final = 4  # lines above one table
_MOST_AIR: Final = 2  # blank rows inside a table
NOTE: Final = re.compile(r"\s*(?:\(?\w\)|[*†‡¹²³]|(?i:source|note)s?\b|注|来源|.*[.。]\s*$)", re.S)
_NOTHING: Final = ("-", "–", "—", "n/a", "n.a.", "N/A")
_NUMBER: Final = re.compile(r"[-+(]?[$€£¥]?\s?\d[\d.,\s]*\s?[%)]*")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
Key = tuple[int, int]  # row and column, from 1


@dataclass(frozen=True, slots=True)
class Merge:
    """Both corners are inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    cells: dict[Key, str]  # filled ones; of merged ones the upper left
    merges: dict[Key, Merge]  # by their upper left cell


def regions(sheet: Sheet) -> Iterator[list[Key]]:
    gathered: list[Key] = []
    for band in _split(sheet, sheet.cells, axis=0):
        if gathered and _goes_on(sheet, gathered, band):
            gathered += band
            continue
        yield from _side_by_side(sheet, gathered)
        gathered = band
    yield from _side_by_side(sheet, gathered)


def _side_by_side(sheet: Sheet, keys: list[Key]) -> Iterator[list[Key]]:
    parts = _without_air(sheet, _split(sheet, keys, axis=1))
    if len(parts) == 1:
        yield parts[0]
        return
    for part in parts:
        yield from _split(sheet, part, axis=0)


def _split(sheet: Sheet, keys: Iterable[Key], axis: int) -> list[list[Key]]:
    """Groups of cells that no blank row (axis 0) or column (axis 1) goes through."""
    ordered = sorted(keys, key=lambda key: key[axis])
    groups: list[list[Key]] = []
    reach = 0
    for key in ordered:
        if not groups or key[axis] > reach + 1:
            groups.append([])
        merge = sheet.merges.get(key)
        ends = (key[axis], (merge.bottom, merge.right)[axis]) if merge else (key[axis],)
        reach = max(reach, *ends)
        groups[-1].append(key)
    return [sorted(group) for group in groups]


def _without_air(sheet: Sheet, parts: list[list[Key]]) -> list[list[Key]]:
    """Columns of numbers behind a blank column belong to the names on the left of it."""
    joined: list[list[Key]] = []
    for part in parts:
        left = min(column for _, column in part)
        first = [sheet.cells[key] for key in part if key[1] == left]
        if joined and sum(is_number(text) for text in first) * 2 >= len(first):
            joined[-1] = sorted(joined[-1] + part)
        else:
            joined.append(part)
    return joined


def _goes_on(sheet: Sheet, above: Sequence[Key], below: Sequence[Key]) -> bool:
    """Whether a band below blank rows is what the lines above name, or more of the table there.

    It is more of the table when it begins with numbers, as only rows below a header do.
    """
    gap = below[0][0] - above[-1][0] - 1
    rows = rows_of(above)
    if all(is_line(row, rows) for row in rows):
        titled = len(rows) <= _MOST_TITLES and not any(NOTE.match(sheet.cells[k]) for k in above)
        return titled and gap <= 1
    _, left, _, right = bounds_of(above)
    _, first, _, last = bounds_of(below)
    apart = last < left or first > right or gap > _MOST_AIR
    head = next((row for row in rows_of(below) if len(row) > 1), None)
    if apart or head is None or len(rows[-1]) < 2:
        return False
    return any(is_number(sheet.cells[key]) for key in head)


def is_line(row: Sequence[Key], rows: Sequence[Sequence[Key]]) -> bool:
    return len(row) == 1 and row[0][1] == min(key[1] for line in rows for key in line)


def is_number(text: str) -> bool:
    text = text.strip()
    return text in _NOTHING or (_NUMBER.fullmatch(text) is not None and not _YEAR.fullmatch(text))


def rows_of(keys: Sequence[Key]) -> list[list[Key]]:
    return [list(row) for _, row in groupby(keys, key=lambda key: key[0])]


def bounds_of(keys: Collection[Key]) -> tuple[int, int, int, int]:
    """Top, left, bottom and right, all inside."""
    top, bottom = min(row for row, _ in keys), max(row for row, _ in keys)
    left, right = min(column for _, column in keys), max(column for _, column in keys)
    return top, left, bottom, right


def reference(top: int, left: int, bottom: int, right: int) -> str:
    """ "B2:F14", or "B2" for one cell."""
    first, last = f"{_letters(left)}{top}", f"{_letters(right)}{bottom}"
    return first if first == last else f"{first}:{last}"


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
