"""The pictures that a PDF page shows: where, how large, and which they are."""

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from ingestion.parsing.pdf_drawn import Drawn, own_frame
from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_lines import Line

_FEW: Final = 100  # letters: a stamp or a number on top of a scan
_COVERED: Final = 0.6  # of the page by pictures
_STRANGE: Final = 0.3  # of the letters: a font that does not say what it shows
_STRANGE_LETTER: Final = re.compile("[\ufffd\ue000-\uf8ff\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Shown:
    area: Area  # of the page as seen
    width: int  # pixels
    height: int
    packed: int  # bytes in the file; with the size they tell one picture from another


def pictures_among(drawn: Drawn) -> Iterator[Shown]:
    wide, high = ctypes.c_uint(), ctypes.c_uint()
    for image in drawn.images:
        if raw.FPDFImageObj_GetImagePixelSize(image.object, wide, high):
            packed = raw.FPDFImageObj_GetImageDataRaw(image.object, None, 0)
            area = own_frame(image.object, image.frame).area(0.0, 0.0, 1.0, 1.0)
            yield Shown(area, wide.value, high.value, packed)


def needs_reading(page: pdfium.PdfPage, lines: Sequence[Line], pictures: Sequence[Shown]) -> bool:
    """Whether the page's text layer says less than the page shows."""
    text = "".join(line.text for line in lines)
    if not text:
        return bool(raw.FPDFPage_CountObjects(page) > 0)
    if len(_STRANGE_LETTER.findall(text)) > _STRANGE * len(text):
        return True
    width, height = page.get_size()
    covered = sum(_within(shown.area, width, height) for shown in pictures)
    return len(text) < _FEW and covered > _COVERED * width * height


def _within(area: Area, width: float, height: float) -> float:
    across = min(area.right, width) - max(area.left, 0.0)
    down = min(area.bottom, height) - max(area.top, 0.0)
    return max(across, 0.0) * max(down, 0.0)
