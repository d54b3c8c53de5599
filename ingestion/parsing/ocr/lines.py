"""From scans to the lines and parts that the layout of a PDF is made of."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final

from ingestion.parsing.items import Item
from ingestion.parsing.ocr.scan import Scan, Written
from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_lines import Line
from ingestion.parsing.pdf_rulings import Rulings
from retrieval.types import Box

_STEP: Final = 1.3  # between sizes of fonts: heights in a scan are not more exact than that
_BODY: Final = 10.0  # points that most of a picture's text is taken to have
_HYPHENED: Final = re.compile(r"[^\W\d_]-$")
_FEWEST: Final = 3  # lines that say what most of the text is


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where a scan lies: `scale` page units to a pixel, `left` and `top` of it on its page."""

    page: int
    scale: float
    width: float  # of the page as seen, in its units
    height: float
    left: float = 0.0
    top: float = 0.0


@dataclass(slots=True)
class Sizes:
    """Font sizes of one document, as steps from its usual one."""

    usual: float = 0.0

    def learn(self, lines: Sequence[Line]) -> None:
        if not self.usual and len(lines) >= _FEWEST:
            self.usual = median(line.size for line in lines)

    def settled(self, lines: Iterable[Line]) -> list[Line]:
        return [replace(line, size=self._settled(line.size)) for line in lines]

    def _settled(self, size: float) -> float:
        if not self.usual or size <= 0:
            return round(size * 2) / 2
        steps = round(math.log(size / self.usual) / math.log(_STEP))
        return round(self.usual * _STEP**steps * 2) / 2


@dataclass(slots=True)
class Slants:
    """Pages that were straightened before they were read."""

    pages: dict[int, tuple[float, float, float]] = field(default_factory=dict)

    def note(self, page: int, slant: float, width: float, height: float) -> None:
        if slant:
            self.pages[page] = (slant, width / 2, height / 2)

    def laid_back(self, items: Iterable[Item]) -> list[Item]:
        """The items with boxes that lie on the page as it was scanned."""
        if not self.pages:
            return list(items)
        return [replace(item, boxes=tuple(map(self._laid_back, item.boxes))) for item in items]

    def _laid_back(self, box: Box) -> Box:
        if box.page not in self.pages:
            return box
        slant, x, y = self.pages[box.page]
        sine, cosine = math.sin(slant), math.cos(slant)
        corners = [
            (
                x + (left - x) * cosine - (top - y) * sine,
                y + (left - x) * sine + (top - y) * cosine,
            )
            for left in (box.left, box.right)
            for top in (box.top, box.bottom)
        ]
        xs, ys = [round(c[0], 1) for c in corners], [round(c[1], 1) for c in corners]
        return replace(box, left=min(xs), top=min(ys), right=max(xs), bottom=max(ys))


def lines_in(scan: Scan, sheet: Sheet) -> list[Line]:
    """In the units of the page, turned upright as `Line.turn` says."""
    sideways = scan.turn % 2 == 1
    width = sheet.height if sideways else sheet.width
    height = sheet.width if sideways else sheet.height
    return [_line(line, sheet, (width, height), scan.turn) for line in scan.lines]


def rules_in(scan: Scan, sheet: Sheet) -> Rulings:
    return Rulings(
        tuple(_placed(rule, sheet) for rule in scan.rules.across),
        tuple(_placed(rule, sheet) for rule in scan.rules.upright),
    )


def usual_scale(scan: Scan) -> float:
    """Points to a pixel of a picture that does not say how large it is, by its letters."""
    if not scan.lines:
        return 1.0
    return _BODY / max(1.0, median(line.size for line in scan.lines))


def _line(line: Written, sheet: Sheet, page: tuple[float, float], turn: int) -> Line:
    area = _placed(Area(line.left, line.top, line.right, line.bottom), sheet)
    broken = _HYPHENED.search(line.text) is not None
    return Line(
        line.text[:-1] if broken else line.text,
        sheet.page,
        area.left,
        area.top,
        area.right,
        area.bottom,
        line.size * sheet.scale,
        bold=False,
        height=page[1],
        width=page[0],
        broken=broken,
        turn=turn,
    )


def _placed(area: Area, sheet: Sheet) -> Area:
    return Area(
        sheet.left + area.left * sheet.scale,
        sheet.top + area.top * sheet.scale,
        sheet.left + area.right * sheet.scale,
        sheet.top + area.bottom * sheet.scale,
    )
