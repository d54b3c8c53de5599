"""The columns of a table that has no grid: where its values stand above one another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.parsing.pdf_rows import Cell

_OFTEN: Final = 0.25  # of the rows: in fewer, a text between the columns is no column


@dataclass(frozen=True, slots=True)
class Column:
    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def columns_of_rows(rows: Sequence[Sequence[Cell]]) -> tuple[Column, ...]:
    """From left to right, the labels' column first; `rows` are those with values."""
    values = [cell for row in rows for cell in row[1:] if cell.value]
    values += [row[0] for row in rows if row[0].value and _is_like(row[0], values)]
    columns = _merged(Column(cell.area.left, cell.area.right) for cell in values)
    placed = set(values)
    texts = [cell for row in rows for cell in row if cell not in placed]
    for cell in sorted(texts, key=lambda cell: cell.area.width):
        columns = _with_text(columns, cell)
    columns = _without_steps(sorted(columns, key=lambda column: column.left), rows)
    needed = max(1, _OFTEN * len(rows)) if len(rows) > 2 else 1
    kept = [c for c in columns if sum(_holds(c, row) for row in rows) >= needed]
    return tuple(kept)


def place_of(cell: Cell, columns: Sequence[Column]) -> int:
    """Index of the column that a cell stands in: most overlap, else the nearest."""
    shared = [overlap(cell, column) for column in columns]
    if max(shared) > 0:
        return shared.index(max(shared))
    away = [min(abs(cell.area.left - c.right), abs(c.left - cell.area.right)) for c in columns]
    return away.index(min(away))


def overlap(cell: Cell, column: Column) -> float:
    return min(cell.area.right, column.right) - max(cell.area.left, column.left)


def _is_like(cell: Cell, values: Sequence[Cell]) -> bool:
    """A first cell that is a value and stands below values of other rows has no label before it."""
    return any(
        min(cell.area.right, other.area.right) > max(cell.area.left, other.area.left)
        for other in values
    )


def _merged(columns: Iterable[Column]) -> list[Column]:
    merged: list[Column] = []
    for column in sorted(columns, key=lambda column: column.left):
        if merged and column.left < merged[-1].right:
            merged[-1] = Column(merged[-1].left, max(merged[-1].right, column.right))
        else:
            merged.append(column)
    return merged


def _with_text(columns: list[Column], cell: Cell) -> list[Column]:
    """A text widens the one column that it touches, founds one where it touches none."""
    touched = [column for column in columns if overlap(cell, column) > 0]
    if len(touched) > 1:
        return columns
    here = Column(cell.area.left, cell.area.right)
    others = [column for column in columns if column not in touched]
    return [*others, *_merged([*touched, here])]


def _without_steps(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> list[Column]:
    """Labels that stand in by steps are one column: no row has a label on two steps."""
    labels: list[Column] = []
    for index, column in enumerate(columns):
        steps = [*labels[-1:], column]
        if len(steps) == 2 and any(_holds_both(steps, row) for row in rows):
            return [*labels, *columns[index:]]
        labels = [*labels[:-1], Column(steps[0].left, max(step.right for step in steps))]
    return labels


def _holds_both(steps: Sequence[Column], row: Sequence[Cell]) -> bool:
    places = [[cell for cell in row if overlap(cell, step) > 0] for step in steps]
    return any(one is not other for one in places[0] for other in places[1])


def _holds(column: Column, row: Sequence[Cell]) -> bool:
    return any(overlap(cell, column) > 0 for cell in row)
