"""OpenDocument presentations; a slide is a page and its title a heading."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lxml import etree

from ingestion.parsing.items import Item, Job
from ingestion.parsing.ocr.inserted import Inserted
from ingestion.parsing.open_document import Pictures, Walk, content_of
from ingestion.parsing.xml import attribute, local_name
from retrieval.types import BlockKind

_FURNITURE: Final = ("date-time", "footer", "header", "page-number")


def read(job: Job) -> list[Item]:
    pages = [e for e in content_of(job).iter() if local_name(e) == "page"]
    pictures = Inserted(job)
    walk = Walk(Pictures(job.path, pictures))
    items = [item for number, page in enumerate(pages, 1) for item in _slide(walk, page, number)]
    items.extend(pictures.rest())
    if items and items[0].page == 1 and items[0].kind is BlockKind.HEADING:
        items[0] = replace(items[0], kind=BlockKind.TITLE)
    return items


def _slide(walk: Walk, page: etree._Element, number: int) -> Iterator[Item]:
    """The title first, then the shapes in their order, then the speaker's notes."""
    shapes = [e for e in page if local_name(e) and attribute(e, "class") not in _FURNITURE]
    titles = [shape for shape in shapes if attribute(shape, "class") == "title"]
    words = " ".join(i.text for title in titles for i in walk.items(title)).strip()
    rest = [item for shape in shapes if shape not in titles for item in walk.items(shape)]
    if words or (number > 1 and any(item.text.strip() for item in rest)):
        yield Item(BlockKind.HEADING, words or f"Slide {number}", level=1, page=number)
    for item in rest:
        plain = BlockKind.PARAGRAPH if item.kind is BlockKind.HEADING else item.kind
        yield replace(item, kind=plain, level=0, page=number)
