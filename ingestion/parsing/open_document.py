"""What OpenDocument texts, workbooks and presentations share: their content and their words."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from lxml import etree

from ingestion.parsing.containers import check_container
from ingestion.parsing.items import Item, Job, Refused
from ingestion.parsing.ocr.inserted import Inserted
from ingestion.parsing.tables import Cell, Place, filled, table_items
from ingestion.parsing.xml import attribute, local_name, parsed
from retrieval.types import BlockKind

_CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_SILENT: Final = ("annotation", "tracked-changes", "note", "ruby-text", "frame", "custom-shape")
_MOST_REPEATS: Final = 1_000  # of one filled cell or row; blank ones are counted, not made
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def content_of(job: Job) -> etree._Element:
    """The body of the document, inside which `text`, `spreadsheet` or `presentation` stands."""
    check_container(job)
    with ZipFile(job.path) as container:
        names = container.namelist()
        if _MANIFEST in names and b"encryption-data" in container.read(_MANIFEST):
            raise Refused(
                f"{job.filename} is encrypted with a password. Save it without one and "
                "upload it again."
            )
        if _CONTENT not in names:
            raise Refused(f"{job.filename} is damaged: there is no document inside.")
        root = parsed(container.read(_CONTENT))
    return next((e for e in root if local_name(e) == "body"), root)


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures inside a file, by what its text calls them."""

    path: Path
    inserted: Inserted

    def items(self, name: str) -> Iterator[Item]:
        """What is written in one. The file says no boxes."""
        with ZipFile(self.path) as container:
            part = posixpath.normpath(name)  # "./ObjectReplacements/Object 1"
            content = container.read(part) if part in container.namelist() else b""
        yield from (replace(item, boxes=()) for item in self.inserted.items(content))


def words_of(element: etree._Element) -> str:
    """Text of a paragraph, without its comments, footnotes and text boxes."""
    return "".join(_pieces(element))


def _pieces(element: etree._Element) -> Iterator[str]:
    name = local_name(element)
    if name == "s":
        yield " " * min(int(attribute(element, "c") or 1), 100)
    elif name in ("tab", "line-break"):
        yield "\t" if name == "tab" else "\n"
    yield element.text or ""
    for child in element:
        if local_name(child) and local_name(child) not in _SILENT:
            yield from _pieces(child)
        yield child.tail or ""


@dataclass(slots=True)
class Walk:
    """Goes through a text once, in reading order, and counts its footnotes."""

    pictures: Pictures
    titles: frozenset[str] = frozenset()  # names of the styles of titles
    _notes: int = field(default=0)

    def items(self, parent: etree._Element, *, listed: bool = False) -> Iterator[Item]:
        for child in parent:
            name = local_name(child)
            if name in ("p", "h"):
                yield from self._paragraph(child, listed=listed)
            elif name == "table":
                yield from table_items(filled(list(self.rows(child))), Place())
            elif name in ("list", "list-item", "list-header"):
                yield from self.items(child, listed=True)
            elif name == "image":
                yield from self.pictures.items(attribute(child, "href") or "")
            elif name and name not in _SILENT:
                yield from self.items(child, listed=listed)
            elif name in ("frame", "custom-shape"):
                yield from self.items(child)

    def _paragraph(self, element: etree._Element, *, listed: bool) -> Iterator[Item]:
        notes = list(self._taken_notes(element))
        text = words_of(element)
        level = int(attribute(element, "outline-level") or 0)
        if attribute(element, "style-name") in self.titles:
            yield Item(BlockKind.TITLE, text, level=1)
        elif local_name(element) == "h":
            yield Item(BlockKind.HEADING, text, max(1, level))
        else:
            yield Item(BlockKind.LIST_ITEM if listed else BlockKind.PARAGRAPH, text)
        yield from notes
        for box in element.iter():
            if local_name(box) in ("text-box", "custom-shape"):
                yield from self.items(box)
            elif local_name(box) == "image":
                yield from self.pictures.items(attribute(box, "href") or "")

    def _taken_notes(self, element: etree._Element) -> Iterator[Item]:
        for note in [e for e in element.iter() if local_name(e) == "note"]:
            self._notes += 1
            sign = str(self._notes).translate(_RAISED)
            bodies = (e for e in note if local_name(e) == "note-body")
            words = " ".join(words_of(p) for body in bodies for p in body)
            note.tail = sign + (note.tail or "")
            yield Item(BlockKind.FOOTNOTE, f"{sign} {words}")

    def rows(self, table: etree._Element) -> Iterator[list[Cell]]:
        """Only of this table; a table in a cell is a part of the cell's words."""
        for row in _rows_of(table, in_header=False):
            cells: list[Cell] = []
            for cell in row.element:
                if local_name(cell) in ("table-cell", "covered-table-cell"):
                    cells += self._cells(cell, in_header=row.in_header)
            yield cells

    def _cells(self, cell: etree._Element, *, in_header: bool) -> list[Cell]:
        if local_name(cell) == "covered-table-cell":
            return []
        columns = int(attribute(cell, "number-columns-spanned") or 1)
        rows = int(attribute(cell, "number-rows-spanned") or 1)
        text = " ".join(self._words_of_cell(cell))
        repeats = min(int(attribute(cell, "number-columns-repeated") or 1), _MOST_REPEATS)
        return [Cell(text, rows, columns, in_header)] * repeats

    def _words_of_cell(self, cell: etree._Element) -> Iterator[str]:
        for child in cell:
            if local_name(child) == "table":
                rows = (", ".join(inner.text for inner in row) for row in self.rows(child))
                yield "; ".join(rows)
            elif local_name(child) in ("p", "h"):
                yield from (item.text for item in self._paragraph(child, listed=False))
            elif local_name(child) == "list":
                yield from (f"• {item.text}" for item in self.items(child))


@dataclass(frozen=True, slots=True)
class _Row:
    element: etree._Element
    in_header: bool


def _rows_of(parent: etree._Element, *, in_header: bool) -> Iterator[_Row]:
    for child in parent:
        name = local_name(child)
        if name == "table-row":
            yield _Row(child, in_header)
        elif name in ("table-rows", "table-row-group", "table-header-rows"):
            yield from _rows_of(child, in_header=in_header or name == "table-header-rows")
