"""The pictures that a PDF page shows: where, how large, and which they are."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from ingestion.parsing.pdf_frame import Area, Frame
from ingestion.parsing.pdf_lines import Line

_MOST_OBJECTS: Final = 20_000
_DEEPEST: Final = 3  # drawings within drawings
_FEW: Final = 100  # letters: a stamp or a number on top of a scan
_COVERED: Final = 0.6  # of the page by pictures
_STRANGE: Final = 0.3  # of the letters: a font that does not say what it shows


@dataclass(frozen=True, slots=True)
class Shown:
    area: Area  # of the page as seen
    width: int  # pixels
    height: int
    packed: int  # bytes in the file; with the size they tell one picture from another


def pictures_on(page: pdfium.PdfPage, frame: Frame) -> list[Shown]:
    """`frame` is that of the page as seen."""
    count = min(raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)
    objects = (raw.FPDFPage_GetObject(page, index) for index in range(count))
    return [shown for drawn in objects for shown in _pictures_in(drawn, frame, 0)]


def needs_reading(page: pdfium.PdfPage, lines: Sequence[Line], pictures: Sequence[Shown]) -> bool:
    """Whether the page's text layer says less than the page shows."""
    text = "".join(line.text for line in lines)
    if not text:
        return bool(raw.FPDFPage_CountObjects(page) > 0)
    if sum(map(_is_strange, text)) > _STRANGE * len(text):
        return True
    width, height = page.get_size()
    covered = sum(_within(shown.area, width, height) for shown in pictures)
    return len(text) < _FEW and covered > _COVERED * width * height


def _pictures_in(drawn: raw.FPDF_PAGEOBJECT, frame: Frame, depth: int) -> Iterator[Shown]:
    kind = raw.FPDFPageObj_GetType(drawn)
    if kind == raw.FPDF_PAGEOBJ_IMAGE:
        wide, high = ctypes.c_uint(), ctypes.c_uint()
        if raw.FPDFImageObj_GetImagePixelSize(drawn, wide, high):
            packed = raw.FPDFImageObj_GetImageDataRaw(drawn, None, 0)
            inner = _inner(drawn, frame)
            yield Shown(inner.area(0.0, 0.0, 1.0, 1.0), wide.value, high.value, packed)
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
        inner = _inner(drawn, frame)
        for index in range(min(raw.FPDFFormObj_CountObjects(drawn), _MOST_OBJECTS)):
            yield from _pictures_in(raw.FPDFFormObj_GetObject(drawn, index), inner, depth + 1)


def _inner(drawn: raw.FPDF_PAGEOBJECT, frame: Frame) -> Frame:
    """Of a picture, the frame in which it is the unit square."""
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(drawn, matrix)
    return frame.within(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _within(area: Area, width: float, height: float) -> float:
    across = min(area.right, width) - max(area.left, 0.0)
    down = min(area.bottom, height) - max(area.top, 0.0)
    return max(across, 0.0) * max(down, 0.0)


def _is_strange(letter: str) -> bool:
    return letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" or letter < " "
