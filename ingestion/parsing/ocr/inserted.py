"""Pictures inside documents that have text of their own: pasted scans, screenshots, slides that
are one picture. Each is read once; what reads them is loaded for the first one.
"""

import hashlib
import importlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Final, Protocol

import numpy as np
from lxml import etree
from numpy.typing import NDArray
from PIL import Image

from ingestion.parsing.items import Item, Job
from ingestion.parsing.ocr.seen import DAMAGED, FORMATS, as_seen, know_formats
from retrieval.types import BlockKind, Box

_READER: Final = "ingestion.parsing.ocr.whole"
_LONG: Final = 200  # pixels of the longer side, at least,
_SHORT: Final = 40  # and of the shorter one: less is an icon or a line
_MOST: Final = 60  # pictures of a document
_MOST_PIXELS: Final = 50_000_000  # of one: there is a document in the memory already
# What Pillow raises over damaged content, and when it is too much for what memory is left.
_UNREADABLE: Final = (
    *(*DAMAGED, ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError),
    *(RuntimeError, TypeError, struct.error, zlib.error),
)
_BLIP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_CROP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}srcRect"
_EMBEDDED: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_WHOLE: Final = 100_000  # of which the edges of a cropped picture are parts


@dataclass(frozen=True, slots=True)
class Crop:
    """How much of each side is not shown, as shares of the picture's width or height."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Of what is shown, in pixels; none of it where the edges meet."""
        across, down = 1 - self.left - self.right, 1 - self.top - self.bottom
        return round(max(0.0, across) * width), round(max(0.0, down) * height)

    def of(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        height, width = picture.shape[:2]
        left, top = round(self.left * width), round(self.top * height)
        across, down = self.size(width, height)
        return np.ascontiguousarray(picture[top : top + down, left : left + across])


UNCUT: Final = Crop()


class PictureReader(Protocol):
    """`ocr.whole.Reader`."""

    def items(self, picture: NDArray[np.uint8]) -> list[Item]: ...


@dataclass(slots=True)
class Inserted:
    """The pictures of one document."""

    job: Job
    reader: PictureReader | None = None
    known: set[tuple[str, Crop]] = field(default_factory=set)
    read: int = 0
    left_out: int = 0

    def items(self, content: bytes, crop: Crop = UNCUT) -> list[Item]:
        """What is written in the picture; boxes in shares of what is shown of it, on page 1.

        Nothing for one that was read before, is small or huge, or whose format is not read: it
        does no harm to the document.
        """
        key = hashlib.sha256(content).hexdigest(), crop
        if self.job.limits.ocr == "off" or key in self.known:
            return []
        self.known.add(key)
        shown = self._shown(content, crop)
        if shown is None:
            return []
        self.job.extend()
        height, width = shown.shape[:2]
        return [_in_shares(item, width, height) for item in self._ready().items(shown)]

    def rest(self) -> Iterator[Item]:
        """Says that there were too many pictures, at the end of the document."""
        if self.left_out:
            text = f"{self.left_out} more pictures of this document were not read."
            yield Item(BlockKind.PARAGRAPH, text)

    def _shown(self, content: bytes, crop: Crop) -> NDArray[np.uint8] | None:
        know_formats()
        try:
            with Image.open(BytesIO(content), formats=FORMATS) as image:
                return crop.of(as_seen(image)) if self._is_due(image, crop) else None
        except _UNREADABLE:
            return None

    def _is_due(self, image: Image.Image, crop: Crop) -> bool:
        """Decided before anything is unpacked."""
        width, height = crop.size(*image.size)
        most = min(_MOST_PIXELS, self.job.limits.pixels)
        small = max(width, height) < _LONG or min(width, height) < _SHORT
        if small or image.width * image.height > most:
            return False
        self.read += 1
        self.left_out += self.read > _MOST
        return self.read <= _MOST

    def _ready(self) -> PictureReader:
        if self.reader is None:
            # NOTE: by name, because most documents hold no picture and need not wait for it.
            self.reader = importlib.import_module(_READER).Reader.load()
        return self.reader


def embedded_in(element: etree._Element) -> Iterator[tuple[str, Crop]]:
    """Pictures of DrawingML below `element`: the relationship of each, and what is cut away."""
    for blip in element.iter(_BLIP):
        link = blip.get(_EMBEDDED)
        if link:
            edges = next(blip.itersiblings(_CROP), None)
            yield link, UNCUT if edges is None else _crop(edges)


def _crop(edges: etree._Element) -> Crop:
    """One that enlarges the picture cuts nothing away."""
    cut = [max(0.0, _share(edges.get(side, "0"))) for side in ("l", "t", "r", "b")]
    return Crop(*cut)


def _share(words: str) -> float:
    """In thousandths of a percent, or "12.5%" in files of the strict kind."""
    try:
        return float(words[:-1]) / 100 if words.endswith("%") else int(words) / _WHOLE
    except ValueError:
        return 0.0


def _in_shares(item: Item, width: int, height: int) -> Item:
    boxes = tuple(_shared(box, width, height) for box in item.boxes)
    return replace(item, boxes=boxes, page=None)


def _shared(box: Box, width: int, height: int) -> Box:
    return replace(
        box,
        left=box.left / width,
        top=box.top / height,
        right=box.right / width,
        bottom=box.bottom / height,
    )
