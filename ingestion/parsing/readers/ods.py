"""OpenDocument workbooks: what the cells show, merged cells, sheet by sheet."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from ingestion.parsing.items import Item, Job
from ingestion.parsing.open_document import content_of, words_of
from ingestion.parsing.sheet_regions import Key, Merge, Sheet
from ingestion.parsing.sheets import check_cells, sheet_items
from ingestion.parsing.xml import attribute, local_name

_ROW: Final = "table-row"
_CELLS: Final = ("table-cell", "covered-table-cell")
_MOST_COPIES: Final = 1_000  # of a filled cell that says how often it is repeated


def read(job: Job) -> list[Item]:
    tables = [e for e in content_of(job).iter() if local_name(e) == "table"]
    return [item for table in tables for item in sheet_items(_sheet(table, job))]


def _sheet(table: etree._Element, job: Job) -> Sheet:
    cells: dict[Key, str] = {}
    merges: dict[Key, Merge] = {}
    row = 1
    for line in (e for e in table.iter() if local_name(e) == _ROW):
        found = list(_filled(line))
        copies = _number(line, "number-rows-repeated")
        for number in range(row, row + (min(copies, _MOST_COPIES) if found else 0)):
            for column, text, rows, columns in found:
                cells[number, column] = text
                if rows > 1 or columns > 1:
                    bottom, right = number + rows - 1, column + columns - 1
                    merges[number, column] = Merge(number, column, bottom, right)
        check_cells(job, len(cells))
        row += copies
    return Sheet(attribute(table, "name") or "", cells, merges)


def _filled(line: etree._Element) -> Iterator[tuple[int, str, int, int]]:
    """Column, text, and how many rows and columns the cell covers."""
    column = 1
    for cell in (e for e in line if local_name(e) in _CELLS):
        copies = _number(cell, "number-columns-repeated")
        text = "\n".join(words_of(p) for p in cell if local_name(p) == "p").strip()
        if text:
            rows = _number(cell, "number-rows-spanned")
            columns = _number(cell, "number-columns-spanned")
            for number in range(column, column + min(copies, _MOST_COPIES)):
                yield number, text, rows, columns
        column += copies


def _number(element: etree._Element, name: str) -> int:
    written = attribute(element, name) or "1"
    return max(1, int(written)) if written.isascii() and written.isdigit() else 1
