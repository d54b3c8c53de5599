"""Which rows of a page belong to a table: rows with values, and the labels between them."""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from ingestion.parsing.pdf_headers import names_years
from ingestion.parsing.pdf_rows import Cell

_LEADERS: Final = re.compile(r"(?:\.\s?){4,}|…{2,}")
_BULLETS: Final = tuple("•·●▪◦‣-–*")
_GAP: Final = 1.2  # of the letters' height: the least white space before a column of values
_NEXT: Final = 3.0  # of the letters' height: more white space ends a table
_STEPS: Final = 5  # times the letters' height: labels may stand in before a value's row
_MOST_LABELS: Final = 5  # one after the other within a table
_LONGEST_LABEL: Final = 80  # characters, of a label that reaches into the values' columns
_ALONE: Final = 2.0  # of the letters' height: white space before a page's number
_PROSE: Final = 12  # words of a cell, other than the label, that is part of a sentence


def is_data(row: Sequence[Cell]) -> bool:
    values = [cell for cell in row[1:] if cell.value]
    if (
        not values
        or names_years(row)
        or row[0].text in _BULLETS
        or any(_LEADERS.search(cell.text) for cell in row)
    ):
        return False
    if _is_prose(row):
        return False
    gaps = [
        (after.area.left - before.area.right) / after.area.depth for before, after in pairwise(row)
    ]
    texts = len(row) - 1 - len(values)
    return (len(values) >= 3 and texts <= 1) or max(gaps) >= _GAP


def _is_prose(row: Sequence[Cell]) -> bool:
    """Pieces of a justified line; the long entries of a table of contents are none."""
    long = any(len(cell.text.split()) > _PROSE for cell in row[1:])
    before, last = row[-2].area, row[-1].area
    alone = len(row) <= 3 and row[-1].value and last.left - before.right > _ALONE * last.depth
    return long and not alone


def end_of(cells: Sequence[Sequence[Cell]], first: int) -> int:
    """After the last row of values that belongs to the table of row `first`."""
    last, labels = first, 0
    start, edge = _sides(cells[first])
    most = _NEXT * median(cell.area.depth for cell in cells[first])
    for index in range(first + 1, len(cells)):
        row = cells[index]
        if white(cells[index - 1], row) > most:
            break
        if is_data(row):
            last, labels = index, 0
            left, right = _sides(row)
            start, edge = min(start, left), min(edge, right)
            continue
        labels += 1
        if labels > _MOST_LABELS or not _is_label(row, start, edge):
            break
    return last + 1 + _tail(cells, first, last)


def _sides(row: Sequence[Cell]) -> tuple[float, float]:
    """Where the labels and where the values begin."""
    return row[0].area.left, min(cell.area.left for cell in row[1:])


def _tail(cells: Sequence[Sequence[Cell]], first: int, last: int) -> int:
    """1 when the last label goes on in the line below its values, else 0."""
    if last + 1 >= len(cells) or len(cells[last + 1]) != 1:
        return 0
    cell, label = cells[last + 1][0], cells[last][0]
    tight = cell.area.level - label.area.level < 1.3 * label.area.depth
    edge = min(c.area.left for c in cells[last][1:])
    goes_on = cell.text[:1].islower() and not label.value and cell.area.right < edge
    return int(tight and goes_on and cell.area.left >= cells[first][0].area.left - 1)


def white(above: Sequence[Cell], below: Sequence[Cell]) -> float:
    return min(c.area.top for c in below) - max(c.area.bottom for c in above)


def _is_label(row: Sequence[Cell], start: float, edge: float) -> bool:
    """A row between rows of values: a label above others, a line of a long label or of a text."""
    cell = row[0]
    if len(row) > 1:  # its mark of a note may stand apart
        return row[-1].area.right < edge and not any(part.value for part in row[1:])
    within = cell.area.right <= edge or len(cell.text) <= _LONGEST_LABEL
    ends = cell.text.endswith((".", "。")) and len(cell.text) > 40
    beside = start - _STEPS * cell.area.depth <= cell.area.left < edge - cell.area.depth
    return beside and within and not ends
