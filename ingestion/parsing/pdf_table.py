"""A table of a page: names of the columns, rows, and where each row stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ingestion.parsing.pdf_frame import Area, as_seen
from retrieval.types import Box

_LONGEST_HEADER: Final = 450  # characters; it is repeated in each chunk of a long table


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[str, ...]  # one for each column; a merged cell is repeated in all that it covers
    lines: tuple[Area, ...]  # its lines on the page


@dataclass(frozen=True, slots=True)
class Table:
    page: int
    header: Row  # of several header rows, what stands above one another is one name
    rows: tuple[Row, ...]
    area: Area
    height: float  # of the page
    width: float
    turn: int  # of the page, as of its lines


def narrow(table: Table) -> list[Table]:
    """The table in parts that have its first column each, when its header is too long to repeat."""
    names = table.header.cells
    groups: list[list[int]] = [[]]
    length = 0
    for index in range(1, len(names)):
        if groups[-1] and length + len(names[index]) > _LONGEST_HEADER:
            groups.append([])
            length = 0
        groups[-1].append(index)
        length += len(names[index])
    if len(groups) == 1:
        return [table]
    even = -(-(len(names) - 1) // len(groups))
    spans = [range(start, min(start + even, len(names))) for start in range(1, len(names), even)]
    return [_with_columns(table, (0, *span)) for span in spans]


def _with_columns(table: Table, chosen: Sequence[int]) -> Table:
    header, *rows = (
        Row(tuple(row.cells[index] for index in chosen), row.lines)
        for row in (table.header, *table.rows)
    )
    return replace(table, header=header, rows=tuple(rows))


def markdown_of(table: Table) -> tuple[str, tuple[Box, ...]]:
    """The table in Markdown and a box for each line of each row.

    A table whose columns have no names on the page has an empty header.
    """
    rule = "|" + " --- |" * len(table.header.cells)
    text = _written(table.header.cells)
    boxes = list(_boxes(table, table.header.lines, 0, len(text)))
    text += "\n" + rule
    for row in table.rows:
        start = len(text) + 1
        text += "\n" + _written(row.cells)
        boxes.extend(_boxes(table, row.lines, start, len(text)))
    return text, tuple(boxes)


def _written(cells: Sequence[str]) -> str:
    texts = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return "|" + "".join(f" {text} |" if text else " |" for text in texts)


def _boxes(table: Table, lines: Sequence[Area], start: int, end: int) -> Iterator[Box]:
    for line in lines:
        seen = as_seen(line, table.height, table.width, table.turn)
        yield Box(table.page, seen.left, seen.top, seen.right, seen.bottom, start, end)
