"""Tables without a grid, as reports have them: labels, and values in columns beside them.

Rows with values are the seed; labels between them, lines of long labels and the rows of the header
above are added. Thresholds were set on quarterly reports of four companies and on papers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Final

from ingestion.parsing.pdf_columns import Column, columns_of_rows, overlap, place_of
from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_headers import Heads, is_unit, names_of, names_years
from ingestion.parsing.pdf_lines import Line
from ingestion.parsing.pdf_rows import Cell, around, cells_of
from ingestion.parsing.pdf_table import Row, Table

_LEADERS: Final = re.compile(r"(?:\.\s?){4,}|…{2,}")
_GAP: Final = 1.2  # of the letters' height: the least white space before a column of values
_NEXT: Final = 3.0  # of the letters' height: more white space ends a table
_TIGHT: Final = 0.85  # of the usual pitch: such lines are of one label
_STEPS: Final = 5  # times the letters' height: labels may stand in before a value's row
_MOST_LABELS: Final = 5  # one after the other within a table
_MOST_HEADS: Final = 9  # rows of a header
_LONGEST_LABEL: Final = 160  # characters


@dataclass(frozen=True, slots=True)
class Found:
    """Rows `start` to `end`, exclusive, of a part of a page are a table."""

    start: int
    end: int
    table: Table


def tables_in(rows: Sequence[Sequence[Line]], rules: Sequence[Area]) -> list[Found]:
    cells = [cells_of(row) for row in rows]
    found: list[Found] = []
    index = 0
    while index < len(cells):
        if not _is_data(cells[index]):
            index += 1
            continue
        end = _end_of(cells, index)
        start = found[-1].end if found else 0
        table = _table(rows, cells, (start, index, end), rules)
        if table is not None:
            found.append(_with_unit(table, found[-1]) if found else table)
        index = max(end, index + 1)
    return found


def _with_unit(found: Found, before: Found) -> Found:
    """What the first of two tables says of both stands above the first only."""
    header, above = found.table.header, before.table.header.cells[0]
    if found.start > before.end or header.cells[0] or not is_unit(above):
        return found
    cells = (above, *header.cells[1:])
    return replace(found, table=replace(found.table, header=replace(header, cells=cells)))


def _is_data(row: Sequence[Cell]) -> bool:
    values = [cell for cell in row[1:] if cell.value]
    if not values or names_years(row) or any(_LEADERS.search(cell.text) for cell in row):
        return False
    gaps = [
        (after.area.left - before.area.right) / after.area.depth for before, after in pairwise(row)
    ]
    return len(values) >= 3 or max(gaps) >= _GAP


def _end_of(cells: Sequence[Sequence[Cell]], first: int) -> int:
    """After the last row of values that belongs to the table of row `first`."""
    last, labels = first, 0
    for index in range(first + 1, len(cells)):
        row = cells[index]
        data = [c for c in cells[first : last + 1] if _is_data(c)]
        if _white(cells[index - 1], row) > _NEXT * median(cell.area.depth for cell in cells[first]):
            break
        if _is_data(row):
            last, labels = index, 0
            continue
        labels += 1
        if labels > _MOST_LABELS or not _is_label(row, data):
            break
    return last + 1 + _tail(cells, first, last)


def _tail(cells: Sequence[Sequence[Cell]], first: int, last: int) -> int:
    """1 when the last label goes on in the line below its values, else 0."""
    if last + 1 >= len(cells) or len(cells[last + 1]) != 1:
        return 0
    cell, label = cells[last + 1][0], cells[last][0]
    tight = cell.area.level - label.area.level < 1.3 * label.area.depth
    edge = min(c.area.left for c in cells[last][1:])
    goes_on = cell.text[:1].islower() and not label.value and cell.area.right < edge
    return int(tight and goes_on and cell.area.left >= cells[first][0].area.left - 1)


def _white(above: Sequence[Cell], below: Sequence[Cell]) -> float:
    return min(c.area.top for c in below) - max(c.area.bottom for c in above)


def _is_label(row: Sequence[Cell], data: Sequence[Sequence[Cell]]) -> bool:
    """A row between rows of values: a label above others, a line of a long label or of a text."""
    edge = min(cell.area.left for other in data for cell in other[1:])
    start = min(other[0].area.left for other in data)
    cell = row[0]
    if len(row) > 1:  # its mark of a note may stand apart
        return row[-1].area.right < edge and not any(part.value for part in row[1:])
    within = cell.area.right <= edge or len(cell.text) <= _LONGEST_LABEL // 2
    ends = cell.text.endswith((".", "。")) and len(cell.text) > 40
    beside = start - _STEPS * cell.area.depth <= cell.area.left < edge - cell.area.depth
    return beside and within and not ends


def _table(
    rows: Sequence[Sequence[Line]],
    cells: Sequence[Sequence[Cell]],
    span: tuple[int, int, int],
    rules: Sequence[Area],
) -> Found | None:
    """`span`: where the header may begin, the first row of values, the end."""
    least, first, end = span
    data = [row for row in cells[first:end] if _is_data(row)]
    columns = columns_of_rows(data)
    if len(columns) < 2:
        return None
    top, heads = _heads_of(cells, (least, first), columns)
    above = " ".join(cell.text for row in cells[max(least, top - 3) : top] for cell in row)
    names = names_of(Heads([cells[i] for i in heads], above, rules), columns)
    if len(data) < 2 and sum(bool(name) for name in names[1:]) < 2:
        return None
    body = [i for i in range(top, end) if i not in heads]
    page = rows[first][0]
    table = Table(
        page.page,
        Row(names, tuple(around(c.area for c in cells[i]) for i in heads)),
        tuple(_body(cells, body, columns)),
        around(cell.area for row in cells[top:end] for cell in row),
        page.height,
        page.width,
        page.turn,
    )
    return Found(top, end, table)


def _heads_of(
    cells: Sequence[Sequence[Cell]], span: tuple[int, int], columns: Sequence[Column]
) -> tuple[int, list[int]]:
    """Where the table begins, and which of its rows before the first values name columns."""
    least, first = span
    heads: list[int] = []
    top = first
    for index in range(first - 1, max(least, first - _MOST_HEADS) - 1, -1):
        row = cells[index]
        depth = median(cell.area.depth for cell in row)
        if _white(row, cells[index + 1]) > 1.6 * depth:
            break
        if _names_columns(row, columns):
            heads.insert(0, index)
            top = index
        elif len(row) > 1 or row[0].area.right > columns[1].left or top - index > 2:
            break
    while len(heads) > 1 and _is_body(cells[heads[-1]], cells[heads[0]], columns):
        heads.pop()
    return top, heads


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
    whole = columns[-1].right - columns[0].left
    centred = abs(over[0].area.middle - columns[0].left - whole / 2) < 0.02 * whole
    if len(row) == 1 and centred and over[0].area.left < edge and not is_unit(over[0].text):
        return False  # a title above the whole table
    return all(len(cell.text) <= _LONGEST_LABEL for cell in row)


def _is_beside(cell: Cell, columns: Sequence[Column]) -> bool:
    return cell.area.left > columns[0].right and overlap(cell, columns[1]) > 0


def _body(
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
    levels = [cells[index][0].area.level for index in indexes if _is_data(cells[index])]
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
    texts = (" ".join(filter(None, pair)) for pair in zip(one.cells, other.cells, strict=True))
    return Row(tuple(texts), (*one.lines, *other.lines))
