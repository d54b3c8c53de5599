"""One page: its lines and tables in the order in which they are read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_grid import grids_in
from ingestion.parsing.pdf_lines import Line
from ingestion.parsing.pdf_order import columns_of
from ingestion.parsing.pdf_rows import as_one, rows_of
from ingestion.parsing.pdf_rulings import Rulings
from ingestion.parsing.pdf_table import Table
from ingestion.parsing.pdf_tables import tables_in

Part = Line | Table
_SIDEWAYS: Final = 2.5  # of the letters' size
_DRAWN: Final = re.compile(r"[_=.\s–—-]{5,}")  # a rule made of letters


def parts_of(lines: Sequence[Line], rulings: Rulings) -> list[Part]:
    """`lines` of one page in any order. Lines beside each other become one, or cells of a table."""
    grids = grids_in(lines, rulings)
    inside = {id(line) for grid in grids for line in grid.lines}
    rest = [line for line in lines if id(line) not in inside and not _is_sideways(line)]
    parts = [part for column in columns_of(rest) for part in _down(column, rulings.across)]
    for grid in grids:
        parts.insert(_place(parts, grid.table.area), grid.table)
    return parts + [line for line in lines if id(line) not in inside and _is_sideways(line)]


def _is_sideways(line: Line) -> bool:
    """Written up or down the margin of a page whose text goes across."""
    return line.area.depth > _SIDEWAYS * line.size and line.area.width < line.area.depth


def _down(column: Iterable[Line], rules: Sequence[Area]) -> Iterator[Part]:
    rows = rows_of(column)
    done = 0
    for found in tables_in(rows, rules):
        yield from _lines(rows[done : found.start])
        yield found.table
        done = found.end
    yield from _lines(rows[done:])


def _lines(rows: Iterable[Sequence[Line]]) -> Iterator[Line]:
    return (line for line in map(as_one, rows) if not _DRAWN.fullmatch(line.text))


def _place(parts: Sequence[Part], area: Area) -> int:
    """After the last part that stands above."""
    above = [
        index
        for index, part in enumerate(parts)
        if part.area.level < area.top
        and min(part.area.right, area.right) > max(part.area.left, area.left)
    ]
    return above[-1] + 1 if above else 0
