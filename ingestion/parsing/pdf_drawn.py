"""What a PDF page draws besides text: its paths and pictures, found in one walk.

A page of a report has thousands of objects, nearly all of them text, so the walk is kept bare.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from ingestion.parsing.pdf_frame import Frame

_MOST_OBJECTS: Final = 20_000  # of a page, whatever they are drawn in
_DEEPEST: Final = 3  # drawings within drawings


@dataclass(frozen=True, slots=True)
class Placed:
    """An object of pdfium, which lives as long as its page."""

    object: raw.FPDF_PAGEOBJECT
    frame: Frame  # in which the coordinates lie that pdfium gives for it


@dataclass(slots=True)
class Drawn:
    paths: list[Placed] = field(default_factory=list)
    images: list[Placed] = field(default_factory=list)
    left: int = _MOST_OBJECTS  # that may still be looked at
    whole: bool = True  # every object was looked at

    def look_at(
        self, count: int, get: Callable[[int], raw.FPDF_PAGEOBJECT], frame: Frame, depth: int
    ) -> None:
        seen = min(count, self.left)
        self.whole = self.whole and seen == count
        self.left -= seen
        kind_of, text = raw.FPDFPageObj_GetType, raw.FPDF_PAGEOBJ_TEXT
        for drawn in map(get, range(seen)):
            kind = kind_of(drawn)
            if kind == text:
                continue
            if kind == raw.FPDF_PAGEOBJ_PATH:
                self.paths.append(Placed(drawn, frame))
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self.images.append(Placed(drawn, frame))
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
                count = raw.FPDFFormObj_CountObjects(drawn)
                inside = partial(raw.FPDFFormObj_GetObject, drawn)
                self.look_at(count, inside, own_frame(drawn, frame), depth + 1)


def drawn_on(page: pdfium.PdfPage, frame: Frame) -> Drawn:
    """`frame` is that of the page."""
    drawn = Drawn()
    handle = page.raw
    objects = partial(raw.FPDFPage_GetObject, handle)
    drawn.look_at(raw.FPDFPage_CountObjects(handle), objects, frame, 0)
    return drawn


def own_frame(drawn: raw.FPDF_PAGEOBJECT, frame: Frame) -> Frame:
    """Of a drawing or path, the frame of what is in it; of a picture, where it is the unit square.

    `frame` is that in which the object is placed.
    """
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(drawn, matrix)
    return frame.within(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
