"""The pictures on the slides of a presentation, as text that stands where they do."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree
from pptx.opc.package import Part
from pptx.slide import Slide

from ingestion.parsing.items import Item
from ingestion.parsing.ocr.inserted import Crop, Inserted, embedded_in
from ingestion.parsing.slides import Area, Placed
from retrieval.types import Box

_BACKGROUND: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}bg"
_DESIGN: Final = 3  # slides that show the same picture: a logo or a background


@dataclass(frozen=True, slots=True)
class SlidePictures:
    inserted: Inserted
    design: frozenset[str]  # names of parts of the file

    def on(self, placed: Placed, number: int) -> Iterator[Item]:
        """What is written in the pictures of a shape on the slide of that number."""
        turned = bool(getattr(placed.shape, "rotation", 0.0))
        for item in self._items(placed.shape.part, placed.shape._element):
            yield replace(item, page=number, boxes=_laid(item, placed.area, turned, number))

    def behind(self, slide: Slide, number: int) -> Iterator[Item]:
        """A slide that is one picture may have it as its background."""
        for background in slide._element.iter(_BACKGROUND):
            for item in self._items(slide.part, background):
                yield replace(item, page=number, boxes=())

    def _items(self, part: Part, element: etree._Element) -> Iterator[Item]:
        for picture, crop in _pictures(part, element):
            if picture.partname not in self.design:
                yield from self.inserted.items(picture.blob, crop)


def design_of(slides: Sequence[Slide]) -> frozenset[str]:
    """Pictures that so many slides show that they say nothing about one."""
    shown = Counter(
        name
        for slide in slides
        for name in {part.partname for part, _ in _pictures(slide.part, slide._element)}
    )
    return frozenset(name for name, slides_of_it in shown.items() if slides_of_it >= _DESIGN)


def _pictures(part: Part, element: etree._Element) -> Iterator[tuple[Part, Crop]]:
    """Those inside the file."""
    for link, crop in embedded_in(element):
        found = part.rels.get(link)
        if found is not None and not found.is_external:
            yield found.target_part, crop


def _laid(item: Item, area: Area | None, turned: bool, number: int) -> tuple[Box, ...]:
    """On the slide; the whole picture where lines do not lie as they do in it."""
    if area is None:
        return ()
    if turned:
        return (area.box(item.text, number),)
    width, height = area.right - area.left, area.bottom - area.top
    return tuple(
        replace(
            box,
            page=number,
            left=round(area.left + box.left * width, 1),
            top=round(area.top + box.top * height, 1),
            right=round(area.left + box.right * width, 1),
            bottom=round(area.top + box.bottom * height, 1),
        )
        for box in item.boxes
    )
