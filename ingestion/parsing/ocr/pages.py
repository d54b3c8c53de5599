"""The pages of a PDF that are pictures, and the pictures on the others, as parts of a layout."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from ingestion.parsing.items import Item, Job, OverLimit
from ingestion.parsing.ocr.lines import Sheet, Sizes, Slants, lines_in, rules_in
from ingestion.parsing.ocr.scan import Scan
from ingestion.parsing.ocr.shown import Shown, needs_reading, pictures_among
from ingestion.parsing.pdf_drawn import Drawn
from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_lines import Line
from ingestion.parsing.pdf_page import Part, parts_of

_SCANNER: Final = "ingestion.parsing.ocr.scanner"
_SIDE: Final = 2340  # pixels of the longer side: A4 at 200 dots an inch
_FINEST: Final = 4.0  # pixels a point, so that a small page is not blown up
_SMALLEST: Final = 0.02  # of the page: a picture that may hold text
_FEWEST_PIXELS: Final = 40  # of its sides
_MOST_PICTURES: Final = 60  # of a document, besides scanned pages
_SURE: Final = 0.85  # of a line in a picture that is no scan
_MEGA: Final = 1_000_000


class PictureReader(Protocol):
    """The Scanner, which is not imported until there is a picture."""

    def read(self, picture: NDArray[np.uint8]) -> Scan: ...

    def read_rest(self, picture: NDArray[np.uint8], known: Sequence[Area]) -> Scan: ...


@dataclass(slots=True)
class Scans:
    """What was read so far in one PDF; the models are loaded for its first picture."""

    job: Job
    reader: PictureReader | None = None
    sizes: Sizes = field(default_factory=Sizes)
    slants: Slants = field(default_factory=Slants)
    pages: int = 0
    known: set[tuple[int, int, int]] = field(default_factory=set)  # pictures, by size and bytes

    def pictures(self, drawn: Drawn) -> list[Shown]:
        """What may have to be read. Raises: OverLimit when unpacking one would fill the memory."""
        if self.job.limits.ocr == "off":
            return []
        most = self.job.limits.pixels
        pictures = list(pictures_among(drawn))
        for shown in pictures:
            if shown.width * shown.height > most:
                raise OverLimit(
                    f"{self.job.filename} holds a picture of {shown.width} by {shown.height} "
                    f"pixels; at most {most // _MEGA} million pixels are read."
                )
        return pictures

    def parts(
        self,
        page: pdfium.PdfPage,
        number: int,
        lines: Sequence[Line],
        pictures: Sequence[Shown],
    ) -> list[Part] | None:
        """The whole page as it looks; None when its text layer says what it shows.

        Raises: OverLimit when there are too many scanned pages.
        """
        if self.job.limits.ocr == "off" or not needs_reading(page, lines, pictures):
            return None
        self.pages += 1
        if self.pages > self.job.limits.scanned_pages:
            raise OverLimit(
                f"{self.job.filename} has more than {self.job.limits.scanned_pages} scanned "
                "pages, which is too many to read."
            )
        width, height = page.get_size()
        sheet = Sheet(number, 1 / _scale(width, height), width, height)
        whole = Area(0.0, 0.0, width, height)
        scan = self._ready().read(_drawn(page, sheet, whole))
        self.slants.note(number, scan.slant, width, height)
        found = lines_in(scan, sheet)
        self.sizes.learn(found)
        return parts_of(self.sizes.settled(found), rules_in(scan, sheet))

    def picture_parts(
        self,
        page: pdfium.PdfPage,
        number: int,
        lines: Sequence[Line],
        pictures: Sequence[Shown],
    ) -> list[Part]:
        """Lines in `pictures` of a page whose text is there; each picture is read once."""
        if not pictures or any(line.turn for line in lines):
            return []
        width, height = page.get_size()
        parts: list[Part] = []
        for shown in pictures:
            area = _clipped(shown.area, width, height)
            if self._is_worth_reading(shown, area, width * height):
                scale = 1 / _scale(area.width, area.depth)
                sheet = Sheet(number, scale, width, height, area.left, area.top)
                parts.extend(self._inserted(page, sheet, area, lines))
        return parts

    def laid_back(self, items: Sequence[Item]) -> list[Item]:
        return self.slants.laid_back(items)

    def _inserted(
        self, page: pdfium.PdfPage, sheet: Sheet, area: Area, lines: Sequence[Line]
    ) -> list[Part]:
        """What is sure and not in the text layer anyway; a picture on its side is left alone."""
        known = [_in_picture(line.area, sheet) for line in lines]
        scan = self._ready().read_rest(_drawn(page, sheet, area), known)
        sure = replace(scan, lines=tuple(line for line in scan.lines if line.sure > _SURE))
        found = [line for line in lines_in(sure, sheet) if not _is_covered(line, lines)]
        return parts_of(self.sizes.settled(found), rules_in(scan, sheet)) if found else []

    def _is_worth_reading(self, shown: Shown, area: Area, page: float) -> bool:
        key = (shown.width, shown.height, shown.packed)
        if key in self.known or len(self.known) >= _MOST_PICTURES:
            return False
        small = min(shown.width, shown.height) < _FEWEST_PIXELS
        if small or area.width * area.depth < _SMALLEST * page:
            return False
        self.known.add(key)
        return True

    def _ready(self) -> PictureReader:
        """Ready to read one picture more, for which the clock allows time."""
        if self.reader is None:
            # NOTE: by name, because most PDFs hold no picture and need not wait for onnxruntime.
            self.reader = importlib.import_module(_SCANNER).Scanner.load()
        self.job.extend()
        return self.reader


def _drawn(page: pdfium.PdfPage, sheet: Sheet, area: Area) -> NDArray[np.uint8]:
    edges = (area.left, sheet.height - area.bottom, sheet.width - area.right, area.top)
    bitmap = page.render(scale=1 / sheet.scale, crop=edges)
    try:
        return np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
    finally:
        bitmap.close()


def _in_picture(area: Area, sheet: Sheet) -> Area:
    """`area` of the page in pixels of the picture that the sheet lays on it."""
    across, down, scale = sheet.left, sheet.top, sheet.scale
    return Area(
        (area.left - across) / scale,
        (area.top - down) / scale,
        (area.right - across) / scale,
        (area.bottom - down) / scale,
    )


def _scale(width: float, height: float) -> float:
    """Pixels a point."""
    return min(_FINEST, _SIDE / max(width, height, 1.0))


def _clipped(area: Area, width: float, height: float) -> Area:
    left, top = max(area.left, 0.0), max(area.top, 0.0)
    return Area(left, top, max(left, min(area.right, width)), max(top, min(area.bottom, height)))


def _is_covered(line: Line, others: Sequence[Line]) -> bool:
    """Whether the text layer has words at the line's middle."""
    x, y = line.area.middle, line.area.level
    return any(o.left <= x <= o.right and o.top <= y <= o.bottom for o in others)
