"""Pictures that are a page each, from what is written in them to items."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ingestion.parsing.items import Item
from ingestion.parsing.ocr.lines import Sheet, Sizes, Slants, lines_in, rules_in, usual_scale
from ingestion.parsing.ocr.models import Picture
from ingestion.parsing.ocr.scan import Scan
from ingestion.parsing.ocr.scanner import Scanner
from ingestion.parsing.pdf_furniture import without_furniture
from ingestion.parsing.pdf_layout import lay_out
from ingestion.parsing.pdf_page import Part, parts_of
from retrieval.types import BlockKind

_HEADINGS: Final = (BlockKind.TITLE, BlockKind.HEADING)
_SURE: Final = 0.85  # of most letters of a page of text, and of a line in another picture


@dataclass(slots=True)
class Pages:
    """Scans of one document."""

    sizes: Sizes = field(default_factory=Sizes)
    slants: Slants = field(default_factory=Slants)
    scales: dict[int, float] = field(default_factory=dict)  # points to a pixel, by page

    def parts(self, scan: Scan, picture: Picture, number: int, shrunk: float = 1.0) -> list[Part]:
        """In points as most letters tell; `picture` has `shrunk` times the pixels on a side."""
        scale = usual_scale(scan)
        height, width = (side * scale for side in picture.shape[:2])
        sheet = Sheet(number, scale, width, height)
        self.slants.note(number, scan.slant, width, height)
        self.scales[number] = scale * shrunk
        found = lines_in(scan, sheet)
        self.sizes.learn(found)
        return parts_of(self.sizes.settled(found), rules_in(scan, sheet))

    def items(self, parts: Sequence[Part]) -> list[Item]:
        """Boxes are in pixels of the pictures before they were shrunk."""
        found = self.slants.laid_back(lay_out(without_furniture(parts)))
        return [_in_pixels(item, self.scales) for item in found]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads pictures that stand in a document of another kind."""

    scanner: Scanner

    @classmethod
    def load(cls) -> "Reader":
        return cls(Scanner.load())

    def items(self, picture: Picture) -> list[Item]:
        """Without headings: those of a picture say nothing about the document around it.

        Boxes are in pixels of the picture, on page 1.
        """
        pages = Pages()
        parts = pages.parts(_believable(self.scanner.read(picture)), picture, 1)
        return [_as_text(item) for item in pages.items(parts)] if parts else []


def _believable(scan: Scan) -> Scan:
    """All of a page of text; of a photograph only what is surely written."""
    letters = sum(len(line.text) for line in scan.lines)
    sure = sum(line.sure * len(line.text) for line in scan.lines)
    if sure > _SURE * letters:
        return scan
    return replace(scan, lines=tuple(line for line in scan.lines if line.sure > _SURE))


def _as_text(item: Item) -> Item:
    return replace(item, kind=BlockKind.PARAGRAPH, level=0) if item.kind in _HEADINGS else item


def _in_pixels(item: Item, scales: dict[int, float]) -> Item:
    return replace(
        item,
        boxes=tuple(
            replace(
                box,
                left=round(box.left / scales[box.page], 1),
                top=round(box.top / scales[box.page], 1),
                right=round(box.right / scales[box.page], 1),
                bottom=round(box.bottom / scales[box.page], 1),
            )
            for box in item.boxes
        ),
    )
