"""From a PDF's own coordinates to the page as people see it: turned, cropped, y downwards."""

import ctypes
from dataclasses import dataclass
from typing import Final, NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

_FINE: Final = 100  # device units a point: pdfium answers in whole ones
_SPAN: Final = 1000.0  # points between the places that are asked for


class Area(NamedTuple):
    """A rectangle of a page in points (pixels of a picture); origin upper left, y downwards.

    A named tuple, because a page of a report has some ten thousand.
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def level(self) -> float:
        """Half-way down."""
        return (self.top + self.bottom) / 2

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def depth(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Frame:
    """An affine map: x = a·px + c·py + e, y = b·px + d·py + f."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    width: float  # of the page as seen
    height: float
    turn: int = 0  # quarter turns clockwise in which the text lies; lengths are then the text's

    def area(self, left: float, bottom: float, right: float, top: float) -> Area:
        x, y = self.a * left + self.c * bottom + self.e, self.b * left + self.d * bottom + self.f
        u, v = self.a * right + self.c * top + self.e, self.b * right + self.d * top + self.f
        if x > u:
            x, u = u, x
        return Area(x, v, u, y) if y > v else Area(x, y, u, v)

    def within(self, a: float, b: float, c: float, d: float, e: float, f: float) -> "Frame":
        """The frame of what lies on the page by a matrix of its own, given as in the PDF."""
        return Frame(
            self.a * a + self.c * b,
            self.b * a + self.d * b,
            self.a * c + self.c * d,
            self.b * c + self.d * d,
            self.a * e + self.c * f + self.e,
            self.b * e + self.d * f + self.f,
            self.width,
            self.height,
            self.turn,
        )

    def turned(self, quarters: int) -> "Frame":
        """The page with its text upright: `quarters` is 1 where it reads down, 3 where up."""
        down = quarters == 1
        return Frame(
            self.b if down else -self.b,
            -self.a if down else self.a,
            self.d if down else -self.d,
            -self.c if down else self.c,
            self.f if down else self.height - self.f,
            self.width - self.e if down else self.e,
            self.height,
            self.width,
            quarters,
        )


def as_seen(area: Area, height: float, width: float, turn: int) -> Area:
    """The way back: `height` and `width` are those of the turned page. To a tenth of a point."""
    if turn == 1:
        area = Area(height - area.bottom, area.left, height - area.top, area.right)
    elif turn == 2:
        area = Area(width - area.right, height - area.bottom, width - area.left, height - area.top)
    elif turn == 3:
        area = Area(area.top, width - area.right, area.bottom, width - area.left)
    left, top, right, bottom = area.left, area.top, area.right, area.bottom
    return Area(round(left, 1), round(top, 1), round(right, 1), round(bottom, 1))


def frame_of(page: pdfium.PdfPage) -> Frame:
    width, height = page.get_size()
    origin, right, up = (_seen(page, x, y) for x, y in ((0.0, 0.0), (_SPAN, 0.0), (0.0, _SPAN)))
    return Frame(
        (right[0] - origin[0]) / _SPAN,
        (right[1] - origin[1]) / _SPAN,
        (up[0] - origin[0]) / _SPAN,
        (up[1] - origin[1]) / _SPAN,
        *origin,
        width,
        height,
    )


def _seen(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    wide, high = (round(length * _FINE) for length in page.get_size())
    raw.FPDF_PageToDevice(page, 0, 0, wide, high, 0, x, y, across, down)
    return across.value / _FINE, down.value / _FINE
