"""The rows of a table below its header: lines of one label together, values by column."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from ingestion.parsing.pdf_columns import Column, place_of
from ingestion.parsing.pdf_data_rows import is_data
from ingestion.parsing.pdf_headers import is_unit
from ingestion.parsing.pdf_rows import Cell, around, joined_cell
from ingestion.parsing.pdf_table import Row

_TIGHT: Final = 0.85  # of the usual pitch: such lines are of one label


def body_of(
    cells: Sequence[Sequence[Cell]], indexes: Sequence[int], columns: Sequence[Column]
) -> Iterator[Row]:
    """Rows with their texts by column; lines of one label are put together."""
    pitch = _usual_pitch(cells, indexes)
    waiting: Row | None = None
    for position, index in enumerate(indexes):
        row = _placed(cells[index], columns)
        if waiting is not None:
            gap = cells[index][0].area.level - waiting.lines[-1].level
            if _is_same_label(waiting, row, gap, pitch):
                row = _added(waiting, row)
            else:
                yield waiting
        waiting = row
        if position == len(indexes) - 1:
            yield row


def _usual_pitch(cells: Sequence[Sequence[Cell]], indexes: Sequence[int]) -> float:
    levels = [cells[index][0].area.level for index in indexes if is_data(cells[index])]
    steps = [after - before for before, after in pairwise(levels)]
    return median(steps) if steps else 2 * cells[indexes[0]][0].area.depth


def _placed(row: Sequence[Cell], columns: Sequence[Column]) -> Row:
    texts: list[list[str]] = [[] for _ in columns]
    single = len(row) == 1 and not row[0].value and row[0].area.left < columns[1].left
    for cell in row:
        if is_unit(cell.text) and len(row) > 1:
            continue  # it stands in the header
        texts[0 if single else place_of(cell, columns)].append(cell.text)
    return Row(tuple(" ".join(part) for part in texts), (around(cell.area for cell in row),))


def _is_same_label(before: Row, row: Row, gap: float, pitch: float) -> bool:
    tight = gap < _TIGHT * pitch or gap < 1.1 * before.lines[-1].depth
    if before.cells[0].endswith((":", "：")) or not tight:
        return False
    if not any(before.cells[1:]):
        return bool(row.cells[0]) and (gap < _TIGHT * pitch or row.cells[0][:1].islower())
    lonely = not any(row.cells[1:])
    return lonely and row.cells[0][:1].islower()


def _added(one: Row, other: Row) -> Row:
    texts = (joined_cell(pair) for pair in zip(one.cells, other.cells, strict=True))
    return Row(tuple(texts), (*one.lines, *other.lines))
