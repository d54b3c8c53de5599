"""A sheet of cells to headings, tables and notes: shared by all formats of workbooks."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from ingestion.parsing.items import Item, Job, OverLimit
from ingestion.parsing.sheet_regions import (
    NOTE,
    Key,
    Sheet,
    bounds_of,
    is_line,
    is_number,
    reference,
    regions,
    rows_of,
)
from ingestion.parsing.tables import Cell, Place, filled, table_items
from retrieval.types import BlockKind

MOST_CELLS: Final = 1_000_000  # filled ones, of one file
_SHEET_LEVEL: Final = 1
_TITLE_LEVEL: Final = 2
_LONGEST_TITLE: Final = 150
_MOST_HEADER_ROWS: Final = 3
_UNIT: Final = re.compile(
    r"[(（\[].{1,80}[)）\]]|.{0,6}(?:单位|单位为)[:：].{1,20}"
    r"|(?i:(?:figures |amounts |all )*in (?:millions?|thousands?|billions?|percent|[a-z]{3})\b)"
    r".{0,40}"
)


def check_cells(job: Job, count: int) -> None:
    """Raises: OverLimit."""
    if count > MOST_CELLS:
        raise OverLimit(
            f"{job.filename} has more than {MOST_CELLS:,} filled cells, which is more than can be "
            "read as one document. Split it, or export what is asked about."
        )


def sheet_items(sheet: Sheet) -> Iterator[Item]:
    """The sheet's name is a heading above its tables, a lone line above a table one below that."""
    if not sheet.cells:
        return
    yield Item(BlockKind.HEADING, sheet.name, level=_SHEET_LEVEL, sheet=sheet.name)
    for keys in regions(sheet):
        yield from _region_items(sheet, keys)


def _region_items(sheet: Sheet, keys: Sequence[Key]) -> Iterator[Item]:
    """Lines of one cell above a table name it, each below the one before; the others are notes."""
    rows = rows_of(keys)
    wide = [number for number, row in enumerate(rows) if not is_line(row, rows)]
    first, last = (wide[0], wide[-1]) if wide else (len(rows), len(rows))
    for number, row in enumerate(rows[:first]):
        yield _line(sheet, row[0], _TITLE_LEVEL + number if wide else 0)
    if wide:
        yield from _table_items(sheet, rows[first : last + 1])
    for row in rows[last + 1 :]:
        yield _line(sheet, row[0], 0)


def _line(sheet: Sheet, key: Key, level: int) -> Item:
    """A heading of that level if it is one; level 0 for what stands above no table."""
    text = sheet.cells[key]
    cells = reference(*key, *key)
    if level and _UNIT.fullmatch(text.strip()):
        return Item(BlockKind.CAPTION, text, sheet=sheet.name, cells=cells)
    if level and len(text) <= _LONGEST_TITLE and not NOTE.match(text):
        return Item(BlockKind.HEADING, text, level, sheet=sheet.name, cells=cells)
    return Item(BlockKind.PARAGRAPH, text, sheet=sheet.name, cells=cells)


def _table_items(sheet: Sheet, lines: Sequence[Sequence[Key]]) -> Iterator[Item]:
    keys = {key for line in lines for key in line}
    top, left, bottom, right = bounds_of(keys)
    covered = {
        (row, column)
        for key in keys
        if (merge := sheet.merges.get(key)) is not None
        for row in range(merge.top, min(merge.bottom, bottom) + 1)
        for column in range(merge.left, min(merge.right, right) + 1)
    } - keys
    wanted = sorted({row for row, _ in keys | covered})
    rows = [
        [
            _cell(sheet, (row, column))
            for column in range(left, right + 1)
            if (row, column) not in covered
        ]
        for row in wanted
    ]
    height = _header_height(rows) if not covered else 0
    if height > 1:
        used = {column - left for _, column in keys}
        rows[: height - 1] = [_over_groups(row, used) for row in rows[: height - 1]]
    place = Place(sheet=sheet.name, cells=reference(top, left, bottom, right))
    return table_items(filled(rows, header=height or None), place)


def _header_height(rows: Sequence[Sequence[Cell]]) -> int:
    """A row without numbers and without a name at its left goes on with the header above it."""
    height = 1
    while height + 1 < len(rows) and height < _MOST_HEADER_ROWS:
        row = rows[height]
        if row[0].text or any(is_number(cell.text) for cell in row):
            break
        height += 1
    return height


def _over_groups(row: Sequence[Cell], used: set[int]) -> list[Cell]:
    """A lone name above columns that blank columns set apart from others is that of all of them."""
    filled_row = list(row)
    for _, group in groupby(sorted(used - {0}), key=lambda c: c - sorted(used).index(c)):
        columns = list(group)
        names = [row[column].text for column in columns if row[column].text]
        if len(names) == 1 and len(columns) < len(used) - 1:
            filled_row = [
                Cell(names[0]) if place in columns else cell
                for place, cell in enumerate(filled_row)
            ]
    return filled_row


def _cell(sheet: Sheet, key: Key) -> Cell:
    merge = sheet.merges.get(key)
    text = sheet.cells.get(key, "")
    if merge is None or not text:
        return Cell(text)
    return Cell(text, merge.bottom - merge.top + 1, merge.right - merge.left + 1)
