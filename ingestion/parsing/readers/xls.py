"""Excel 97 workbooks and older ones, through xlrd."""

import struct
from datetime import datetime
from typing import Final

import xlrd
from xlrd.book import Book
from xlrd.sheet import Cell as WorkbookCell
from xlrd.sheet import Sheet as WorkbookSheet

from ingestion.parsing.cell_values import date_text, number_text
from ingestion.parsing.items import Item, Job, Refused
from ingestion.parsing.readers.old_office import refuse_encrypted
from ingestion.parsing.sheet_regions import Merge, Sheet
from ingestion.parsing.sheets import check_cells, sheet_items

_GENERAL: Final = "General"


def read(job: Job) -> list[Item]:
    refuse_encrypted(job)
    try:
        book = xlrd.open_workbook(str(job.path), formatting_info=True, logfile=_Silence())
    except (xlrd.XLRDError, NotImplementedError, AssertionError, struct.error) as error:
        raise Refused(f"{job.filename} is damaged or incomplete and could not be read.") from error
    sheets = [_sheet(sheet, book) for sheet in book.sheets()]
    check_cells(job, sum(len(sheet.cells) for sheet in sheets))
    return [item for sheet in sheets for item in sheet_items(sheet)]


class _Silence:
    """xlrd remarks on each oddity of a file."""

    def write(self, _text: str) -> None:
        return


def _sheet(sheet: WorkbookSheet, book: Book) -> Sheet:
    cells = {}
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            text = _text(sheet.cell(row, column), book)
            if text:
                cells[row + 1, column + 1] = text
    # Ends of a range are behind it, and xlrd counts from 0.
    merges = {
        (top + 1, left + 1): Merge(top + 1, left + 1, bottom, right)
        for top, bottom, left, right in sheet.merged_cells
    }
    return Sheet(sheet.name, cells, merges)


def _text(cell: WorkbookCell, book: Book) -> str:
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return number_text(_whole(cell.value), _format(cell, book))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _date(cell.value, book)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, ""))
    return str(cell.value).strip()


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


def _format(cell: WorkbookCell, book: Book) -> str:
    style = book.xf_list[cell.xf_index] if cell.xf_index is not None else None
    found = book.format_map.get(style.format_key) if style is not None else None
    return str(found.format_str) if found is not None else _GENERAL


def _date(value: float, book: Book) -> str:
    try:
        year, *rest = xlrd.xldate_as_tuple(value, book.datemode)
    except xlrd.xldate.XLDateError:
        return number_text(_whole(value), _GENERAL)
    if year == 0:
        return "{:02}:{:02}:{:02}".format(*rest[-3:])
    return date_text(datetime(year, *rest))
