"""PowerPoint presentations, through python-pptx; a slide is a page and its title a heading.

`unstructured` reads them through the same library, but does not say where a text stands nor
which cells are merged, and leaves charts and diagrams out.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lxml import etree
from pptx import Presentation
from pptx.shapes.base import BaseShape
from pptx.slide import Slide
from pptx.table import Table as SlideTable

from ingestion.parsing.charts import chart_items
from ingestion.parsing.containers import check_container, transitional
from ingestion.parsing.items import Item, Job
from ingestion.parsing.ocr.inserted import Inserted
from ingestion.parsing.outline import clean
from ingestion.parsing.slide_pictures import SlidePictures, design_of
from ingestion.parsing.slides import Area, area_of, placed_shapes
from ingestion.parsing.tables import Cell, Place, filled, table_items
from retrieval.types import BlockKind

_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PLACEHOLDER: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}ph"
_DIAGRAM: Final = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_DATA: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
_NUMBER: Final = "sldNum"
_REPEATED: Final = ("dt", "ftr")  # date and footer
_CONTENT: Final = ("body", "obj")
_BULLETS: Final = (f"{_A}buChar", f"{_A}buAutoNum", f"{_A}buBlip")


def read(job: Job) -> list[Item]:
    check_container(job)
    slides = list(Presentation(str(transitional(job.path, job.folder))).slides)
    items: list[Item] = []
    seen: set[str] = set()
    pictures = SlidePictures(Inserted(job), design_of(slides))
    for number, slide in enumerate(slides, 1):
        items.extend(_slide_items(slide, number, seen, pictures))
        job.report(number, len(slides))
    items.extend(pictures.inserted.rest())
    if items and items[0].page == 1 and items[0].kind is BlockKind.HEADING:
        # The title of the first slide is that of the presentation.
        items[0] = replace(items[0], kind=BlockKind.TITLE)
    return items


def _slide_items(slide: Slide, number: int, seen: set[str], pictures: SlidePictures) -> list[Item]:
    """The title, what stands on the slide from top to bottom, then the speaker's notes.

    `seen` are the dates and footers of the slides before, which are not repeated.
    """
    title = slide.shapes.title
    words = " ".join(title.text_frame.text.split()) if title is not None else ""
    items = list(pictures.behind(slide, number))
    for placed in placed_shapes(slide.shapes):
        is_title = title is not None and placed.shape.shape_id == title.shape_id
        if not is_title and not _is_repeated(placed.shape, seen):
            items.extend(_placed_items(placed.shape, placed.area, number))
            items.extend(pictures.on(placed, number))
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        items.append(Item(BlockKind.PARAGRAPH, notes.text, page=number))
    if words:
        area = area_of(title)
        boxes = (area.box(words, number),) if area else ()
        return [Item(BlockKind.HEADING, words, level=1, page=number, boxes=boxes), *items]
    if number == 1 or not items:
        return items
    # One without a title does not stand below the slide before.
    return [Item(BlockKind.HEADING, f"Slide {number}", level=1, page=number), *items]


def _placed_items(shape: BaseShape, area: Area | None, number: int) -> Iterator[Item]:
    for item in _items(shape, number):
        text = clean(item.text)
        if text:
            boxes = (area.box(text, number),) if area else ()
            yield replace(item, text=text, page=number, boxes=boxes)


def _items(shape: BaseShape, number: int) -> Iterator[Item]:
    place = Place(page=number)
    if shape.has_text_frame:
        yield from _paragraphs(shape)
    elif getattr(shape, "has_table", False):
        yield from _table(shape.table, place)
    elif getattr(shape, "has_chart", False):
        yield from chart_items(shape.chart.part.blob, place)
    else:
        yield from _diagram(shape)


def _is_repeated(shape: BaseShape, seen: set[str]) -> bool:
    role = _role(shape)
    if role not in _REPEATED or not shape.has_text_frame:
        return role == _NUMBER
    text = shape.text_frame.text
    known = text in seen
    seen.add(text)
    return known


def _role(shape: BaseShape) -> str:
    """Of a placeholder; "" for another shape. One without a type holds the slide's content."""
    return next((p.get("type", "body") for p in shape._element.iter(_PLACEHOLDER)), "")


def _paragraphs(shape: BaseShape) -> Iterator[Item]:
    """In the placeholder of the content, bullets come from the layout."""
    paragraphs = [p for p in shape.text_frame.paragraphs if p.text.strip()]
    content = _role(shape) in _CONTENT and len(paragraphs) > 1
    for paragraph in paragraphs:
        marks = list(paragraph._p.pPr) if paragraph._p.pPr is not None else []
        plain = any(mark.tag == f"{_A}buNone" for mark in marks)
        listed = any(mark.tag in _BULLETS for mark in marks) or (content and not plain)
        kind = BlockKind.LIST_ITEM if listed else BlockKind.PARAGRAPH
        yield Item(kind, paragraph.text.replace("\v", "\n"))


def _table(table: SlideTable, place: Place) -> Iterator[Item]:
    rows = [
        [
            Cell(cell.text, cell.span_height, cell.span_width)
            for cell in row.cells
            if not cell.is_spanned
        ]
        for row in table.rows
    ]
    return table_items(filled(rows), place)


def _diagram(shape: BaseShape) -> Iterator[Item]:
    """The words of a SmartArt picture."""
    for link in shape._element.iter(_DIAGRAM):
        part = shape.part.related_part(link.get(_DATA))
        root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False))
        for paragraph in root.iter(f"{_A}p"):
            text = "".join(t.text or "" for t in paragraph.iter(f"{_A}t"))
            yield Item(BlockKind.LIST_ITEM, text)
