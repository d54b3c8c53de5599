"""Where the shapes of a slide stand, also in groups, in points from its upper left corner."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pptx.shapes.base import BaseShape
from pptx.shapes.group import GroupShape

from retrieval.types import Box

_POINT: Final = 12_700  # English Metric Units
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Area:
    left: float
    top: float
    right: float
    bottom: float

    def box(self, text: str, page: int) -> Box:
        return Box(page, self.left, self.top, self.right, self.bottom, 0, len(text))


@dataclass(frozen=True, slots=True)
class _Frame:
    """Lengths in a group are its own: `shift + length * scale` are those of the slide."""

    shift_x: float = 0.0
    shift_y: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0

    def area(self, inner: Area) -> Area:
        return Area(
            self.shift_x + inner.left * self.scale_x,
            self.shift_y + inner.top * self.scale_y,
            self.shift_x + inner.right * self.scale_x,
            self.shift_y + inner.bottom * self.scale_y,
        )


@dataclass(frozen=True, slots=True)
class Placed:
    shape: BaseShape
    area: Area | None  # None where the file does not say it


def placed_shapes(shapes: Iterable[BaseShape]) -> list[Placed]:
    """From top to bottom, then from left to right; a group's shapes instead of the group."""
    found = _flat(shapes, _Frame())
    return sorted(found, key=lambda one: (one.area.top, one.area.left) if one.area else (0.0, 0.0))


def area_of(shape: BaseShape) -> Area | None:
    if shape.left is None or shape.top is None or not shape.width or not shape.height:
        return None
    left, top = shape.left / _POINT, shape.top / _POINT
    return Area(left, top, left + shape.width / _POINT, top + shape.height / _POINT)


def _flat(shapes: Iterable[BaseShape], frame: _Frame) -> Iterator[Placed]:
    for shape in shapes:
        own = area_of(shape)
        area = frame.area(own) if own else None
        if isinstance(shape, GroupShape):
            yield from _flat(shape.shapes, _inside(shape, area) if area else frame)
        else:
            yield Placed(shape, area)


def _inside(group: GroupShape, area: Area) -> _Frame:
    """`area` is that of the group on the slide; its transformation names it in its own lengths."""
    transform = group._element.grpSpPr.find(f"{_A}xfrm")
    offset = None if transform is None else transform.find(f"{_A}chOff")
    extent = None if transform is None else transform.find(f"{_A}chExt")
    if offset is None or extent is None:
        return _Frame()
    width, height = (int(extent.get(side, 0)) / _POINT for side in ("cx", "cy"))
    scale_x = (area.right - area.left) / width if width else 1.0
    scale_y = (area.bottom - area.top) / height if height else 1.0
    left, top = (int(offset.get(axis, 0)) / _POINT for axis in ("x", "y"))
    return _Frame(area.left - left * scale_x, area.top - top * scale_y, scale_x, scale_y)
