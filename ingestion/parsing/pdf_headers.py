"""The names of a table's columns, from all the rows above its first row of values."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.parsing.pdf_columns import Column, overlap
from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_rows import Cell

_UNIT: Final = re.compile(
    r"\([^()]*\b(?:millions?|thousands?|billions?|percent(?:ages?)?|unaudited)\b[^()]*\)"
    r"|[(（]?\s*(?:单位|單位)\s*[:：]\s*[^()（）\s]+\s*[)）]?",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_DATE: Final = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:ended|ending|quarter|year)\b"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December)\s",
    re.IGNORECASE,
)
_PERIOD: Final = re.compile(r".*\b(?:ended|ending|as of|at)\b.*,$", re.IGNORECASE)
_BELOW: Final = 3.5  # of the letters' height: a rule further down belongs to another row
_SLACK: Final = 2.0  # points


@dataclass(frozen=True, slots=True)
class Heads:
    """Rows of a header from the top down, and what lies above them."""

    rows: Sequence[Sequence[Cell]]
    above: str  # the words just above, which may name the unit
    rules: Sequence[Area]


def names_of(heads: Heads, columns: Sequence[Column]) -> tuple[str, ...]:
    """One name a column. The unit of the whole table goes to the first, above the labels."""
    parts: list[list[str]] = [[] for _ in columns]
    units: list[str] = []
    for row in heads.rows:
        for cell, covered in _spans(row, columns, heads.rules):
            if _UNIT.fullmatch(cell.text):
                units.append(cell.text)
                continue
            for column in covered:
                if cell.text not in parts[column][-1:]:
                    parts[column].append(cell.text)
    names = [" ".join(part) for part in parts]
    names[1:] = _spread(list(_with_period(names)))
    if not any(_UNIT.search(name) for name in (*units, names[0])):
        units += [found.group() for found in _UNIT.finditer(heads.above)][-1:]
    names[0] = " ".join(part for part in (names[0], *dict.fromkeys(units)) if part)
    return tuple(names)


def names_years(row: Sequence[Cell]) -> bool:
    """Whether all values of a row are years, so that it is a header."""
    values = [cell.text for cell in row if cell.value]
    return len(values) >= 2 and all(_YEAR.fullmatch(value) for value in values)


def is_ruled(cell: Cell, rules: Iterable[Area]) -> bool:
    """Whether a rule stands close below that is no underline."""
    return any(
        -_SLACK <= rule.top - cell.area.bottom <= cell.area.depth
        and rule.left - _SLACK <= cell.area.middle <= rule.right + _SLACK
        and rule.width > cell.area.width + 2 * _SLACK
        for rule in rules
    )


def is_unit(text: str) -> bool:
    return _UNIT.fullmatch(text) is not None


def _with_period(names: Sequence[str]) -> Iterator[str]:
    """ "Three months ended June 30," above the labels belongs to each year beside it."""
    period = names[0] if _PERIOD.fullmatch(names[0]) else ""
    for name in names[1:]:
        yield f"{period} {name}" if period and _YEAR.fullmatch(name) else name


def _spread(names: list[str]) -> list[str]:
    """A period above two years, "Three months ended June 30," that no rule below it parts."""
    for index in range(1, len(names)):
        for known, bare in ((index, index - 1), (index - 1, index)):
            period, _, year = names[known].rpartition(" ")
            if _YEAR.fullmatch(year) and _PERIOD.fullmatch(period) and _YEAR.fullmatch(names[bare]):
                names[bare] = f"{period} {names[bare]}"
    return names


def _spans(
    row: Sequence[Cell], columns: Sequence[Column], rules: Sequence[Area]
) -> Iterator[tuple[Cell, list[int]]]:
    """Each cell with the indexes of the columns that it stands above."""
    below = [_rule_below(cell, columns, rules) for cell in row]
    for cell, rule in zip(row, below, strict=True):
        if rule is not None and below.count(rule) == 1:
            covered = [i for i, c in enumerate(columns) if rule.left <= c.middle <= rule.right]
            covered = covered or [i for i, c in enumerate(columns) if _touches(c, rule)]
            if covered:
                yield cell, covered
                continue
        yield cell, _share(row, cell, columns) or _covered(cell, columns)


def _share(row: Sequence[Cell], cell: Cell, columns: Sequence[Column]) -> list[int]:
    """Of dates that stand in the middle of equal shares of the columns, this one's share."""
    values = list(range(1, len(columns)))
    cells = [other for other in row if other.area.left > columns[0].right]
    if cell not in cells or len(cells) < 2 or len(values) % len(cells) or len(values) == len(cells):
        return []
    size = len(values) // len(cells)
    seats: set[int] = set()  # where in its share each stands: over the middle or the last column
    for number, other in enumerate(cells):
        share = [columns[index] for index in values[number * size : (number + 1) * size]]
        within = share[0].left <= other.area.middle <= share[-1].right
        away = [abs(column.middle - other.area.middle) for column in share]
        seats.add(away.index(min(away)))
        if not within or not _DATE.search(other.text) or len(seats) > 1:
            return []
    start = cells.index(cell) * size
    return values[start : start + size]


def _touches(column: Column, rule: Area) -> bool:
    return min(column.right, rule.right) > max(column.left, rule.left)


def _covered(cell: Cell, columns: Sequence[Column]) -> list[int]:
    touched = [index for index, column in enumerate(columns) if overlap(cell, column) > 0]
    if touched:
        deepest = max(overlap(cell, columns[index]) for index in touched)
        return [i for i in touched if overlap(cell, columns[i]) > 0.3 * deepest]
    before = [i for i, column in enumerate(columns) if column.right <= cell.area.left]
    after = [i for i, column in enumerate(columns) if column.left >= cell.area.right]
    if not before or not after:
        return [min(range(len(columns)), key=lambda i: abs(columns[i].middle - cell.area.middle))]
    if before[-1] == 0:  # between the labels and the first column of values
        return [after[0]]
    return [before[-1], after[0]]


def _rule_below(cell: Cell, columns: Sequence[Column], rules: Iterable[Area]) -> Area | None:
    """The nearest rule under a cell; one that goes on below the labels says nothing of spans."""
    for rule in rules:
        near = -_SLACK <= rule.top - cell.area.bottom <= _BELOW * cell.area.depth
        if near and rule.left - _SLACK <= cell.area.middle <= rule.right + _SLACK:
            return rule if rule.left > columns[0].left + _SLACK else None
    return None
