"""Tables without a grid, as reports have them: labels, and values in columns beside them.

Rows with values are the seed; labels between them, lines of long labels and the rows of the header
above are added. Thresholds were set on quarterly reports of four companies and on papers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingestion.parsing.pdf_body_rows import body_of
from ingestion.parsing.pdf_columns import columns_of_rows
from ingestion.parsing.pdf_data_rows import end_of, is_data
from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_head_rows import Sheet, heads_of
from ingestion.parsing.pdf_headers import Heads, is_unit, names_of
from ingestion.parsing.pdf_lines import Line
from ingestion.parsing.pdf_rows import around, cells_of
from ingestion.parsing.pdf_table import Row, Table


@dataclass(frozen=True, slots=True)
class Found:
    """Rows `start` to `end`, exclusive, of a part of a page are a table."""

    start: int
    end: int
    table: Table


def tables_in(rows: Sequence[Sequence[Line]], rules: Sequence[Area]) -> list[Found]:
    sheet = Sheet([cells_of(row) for row in rows], rules, rows[0][0].width if rows else 0.0)
    found: list[Found] = []
    index = 0
    while index < len(rows):
        if not is_data(sheet.cells[index]):
            index += 1
            continue
        end = end_of(sheet.cells, index)
        least = found[-1].end if found else 0
        one = _found(sheet, (least, index, end), rows[index][0])
        if one is not None:
            found.append(_with_unit(one, found[-1]) if found else one)
        index = max(end, index + 1)
    return found


def _with_unit(found: Found, before: Found) -> Found:
    """What the first of two tables says of both stands above the first only."""
    header, above = found.table.header, before.table.header.cells[0]
    if found.start > before.end or header.cells[0] or not is_unit(above):
        return found
    cells = (above, *header.cells[1:])
    return replace(found, table=replace(found.table, header=replace(header, cells=cells)))


def _found(sheet: Sheet, span: tuple[int, int, int], line: Line) -> Found | None:
    """`span`: where the header may begin, the first row of values, the end; `line`: of the page."""
    (least, first, end), cells = span, sheet.cells
    data = [row for row in cells[first:end] if is_data(row)]
    columns = columns_of_rows(data)
    if len(columns) < 2:
        return None
    top, heads = heads_of(sheet, least, first, columns)
    above = " ".join(cell.text for row in cells[max(least, top - 3) : top] for cell in row)
    names = names_of(Heads([cells[i] for i in heads], above, sheet.rules), columns)
    if len(data) < 2 and sum(bool(name) for name in names[1:]) < 2:
        return None
    body = [i for i in range(top, end) if i not in heads]
    table = Table(
        line.page,
        Row(names, tuple(around(c.area for c in cells[i]) for i in heads)),
        tuple(body_of(cells, body, columns)),
        around(cell.area for row in cells[top:end] for cell in row),
        line.height,
        line.width,
        line.turn,
    )
    return Found(top, end, table)
