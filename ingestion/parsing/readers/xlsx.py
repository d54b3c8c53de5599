"""Excel workbooks, through openpyxl: values as a person sees them, merged cells, sheet by sheet.

`unstructured` reads them through pandas, which knows no merged cells, no percentages and no
place of a table in its sheet.
"""

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as WorkbookCell
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.parsing.cell_values import date_text, number_text
from ingestion.parsing.containers import check_container, transitional
from ingestion.parsing.items import Item, Job
from ingestion.parsing.sheet_regions import Merge, Sheet
from ingestion.parsing.sheets import check_cells, sheet_items

_SHEETS: Final = "xl/worksheets/"
_START_OF_CELL: Final = re.compile(rb"<(?:\w+:)?c[ >]")
_PIECE: Final = 1024 * 1024


def read(job: Job) -> list[Item]:
    check_container(job)
    path = transitional(job.path, job.folder)
    check_cells(job, count_cells(path))
    with path.open("rb") as file:  # openpyxl refuses a path without its ending, and blobs have none
        workbook = load_workbook(file, data_only=True, keep_links=False)
    return [item for sheet in workbook.worksheets for item in sheet_items(_sheet(sheet))]


def count_cells(path: Path) -> int:
    """Cells of all sheets, before anything is built of them."""
    count = 0
    with ZipFile(path) as container:
        for name in container.namelist():
            if name.startswith(_SHEETS) and name.endswith(".xml"):
                with container.open(name) as stream:
                    tail = b""
                    while piece := stream.read(_PIECE):
                        # What begins at the last bracket may go on in the next piece.
                        whole, bracket, rest = (tail + piece).rpartition(b"<")
                        count += len(_START_OF_CELL.findall(whole))
                        tail = bracket + rest
    return count


def _sheet(sheet: Worksheet) -> Sheet:
    # NOTE: `_cells` holds those that are in the file; `rows` would make all up to the last.
    texts = {(cell.row, cell.column): _text(cell) for cell in sheet._cells.values()}
    merges = {
        (merged.min_row, merged.min_col): Merge(
            merged.min_row, merged.min_col, merged.max_row, merged.max_col
        )
        for merged in sheet.merged_cells.ranges
    }
    cells = {key: text for key, text in texts.items() if text}
    return Sheet(sheet.title, cells, merges)


def _text(cell: WorkbookCell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(value, cell.number_format)
    if isinstance(value, datetime | date | time | timedelta):
        return date_text(value)
    return str(value).strip()
