"""The rows above a table's first values that name its columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from ingestion.parsing.pdf_columns import Column, overlap
from ingestion.parsing.pdf_data_rows import white
from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_headers import is_ruled, is_unit
from ingestion.parsing.pdf_rows import Cell

_MOST_HEADS: Final = 9  # rows of a header
_MOST_LABELS: Final = 4  # between the header and the first values
_WHITE: Final = 2.0  # of the letters' height: more above a row ends the header
_MOST_WORDS: Final = 12  # of a name on one line
_CENTRED: Final = 0.02  # of the width


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of a page or a column of it, and the rules drawn there."""

    cells: Sequence[Sequence[Cell]]
    rules: Sequence[Area]
    width: float  # of the page


def heads_of(
    sheet: Sheet, least: int, first: int, columns: Sequence[Column]
) -> tuple[int, list[int]]:
    """Where the table begins, and which of its rows name columns.

    `first` is the first row of values; the table begins at `least` or later.
    """
    heads: list[int] = []
    top, titled = first, False
    for index in range(first - 1, max(least, first - _MOST_HEADS) - 1, -1):
        row = sheet.cells[index]
        if white(row, sheet.cells[index + 1]) > _WHITE * median(cell.area.depth for cell in row):
            break
        title = _is_title(row, columns, sheet)
        if not title and _names_columns(row, columns) and (len(row) > 1 or not titled):
            heads.insert(0, index)
            top = index
        elif (
            (heads and title)
            or len(row) > 1
            or top - index >= _MOST_LABELS
            or not _may_be_label(row[0], columns)
        ):
            break
        titled = titled or title
    while len(heads) > 1 and _is_body(sheet.cells[heads[-1]], sheet.cells[heads[0]], columns):
        heads.pop()
    return top, heads


def _may_be_label(cell: Cell, columns: Sequence[Column]) -> bool:
    return cell.area.right <= columns[1].left or len(cell.text.split()) <= _MOST_WORDS // 2


def _is_title(row: Sequence[Cell], columns: Sequence[Column], sheet: Sheet) -> bool:
    """One text in the middle above the whole table, labels and all, or of the page."""
    if len(row) > 1 or is_unit(row[0].text) or is_ruled(row[0], sheet.rules):
        return False
    middle, whole = row[0].area.middle, columns[-1].right - columns[0].left
    of_table = abs(middle - columns[0].left - whole / 2) < _CENTRED * whole
    return of_table or abs(middle - sheet.width / 2) < _CENTRED * sheet.width


def _is_body(row: Sequence[Cell], head: Sequence[Cell], columns: Sequence[Column]) -> bool:
    """A row of words below a bold header."""
    full = len(row) == len(columns) and not row[0].value
    return full and head[0].bold and not any(cell.bold for cell in row)


def _names_columns(row: Sequence[Cell], columns: Sequence[Column]) -> bool:
    depth = row[0].area.depth
    edge = columns[1].left - 0.5 * depth
    over = [cell for cell in row if cell.area.middle >= edge or _is_beside(cell, columns)]
    if not over:
        return is_unit(row[0].text)
    begins = columns[0].left + depth
    if any(c.area.left < begins and c.area.right > columns[1].left for c in row):
        return False  # a line of text
    return all(len(cell.text.split()) <= _MOST_WORDS for cell in row)


def _is_beside(cell: Cell, columns: Sequence[Column]) -> bool:
    return cell.area.left > columns[0].right and overlap(cell, columns[1]) > 0
