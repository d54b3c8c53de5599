"""The straight lines that a PDF page draws: rules below headers, frames and grids of tables."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pypdfium2 import raw

from ingestion.parsing.pdf_drawn import Drawn, Placed, own_frame
from ingestion.parsing.pdf_frame import Area, Frame

_THIN: Final = 2.5  # points: what is thicker is a surface
_SHORT: Final = 6.0  # points: what is shorter is part of a drawing
_TOUCH: Final = 1.5  # points between two pieces of one rule
_PALE: Final = 190  # of 255, the darkest of the three colours of what is no rule
_MOST_SEGMENTS: Final = 400  # of one path


@dataclass(frozen=True, slots=True)
class Rulings:
    across: tuple[Area, ...] = ()  # from the top down
    upright: tuple[Area, ...] = ()  # from left to right


@dataclass(frozen=True, slots=True)
class _Stroke:
    area: Area
    pale: bool


def rulings_of(drawn: Drawn) -> Rulings:
    """Thin straight lines of the page, pieces of one line put together.

    None where there are too many objects: maps and drawings have those, and no tables.
    """
    across: list[Area] = []
    upright: list[Area] = []
    pale: list[Area] = []
    for stroke in _strokes(drawn):
        area = stroke.area
        if area.depth <= _THIN and not stroke.pale:  # a dot may be the corner of both kinds
            across.append(area)
        if area.width <= _THIN:
            (pale if stroke.pale else upright).append(area)
    wide = [rule for rule in _joined_across(across) if rule.width >= _SHORT]
    high = [rule for rule in _joined_upright(upright) if rule.depth >= _SHORT]
    high += [rule for rule in _joined_upright(pale) if _parts_rules(rule, wide)]
    return Rulings(
        tuple(sorted(wide, key=lambda rule: (rule.top, rule.left))),
        tuple(sorted(high, key=lambda rule: (rule.left, rule.top))),
    )


def _parts_rules(gap: Area, across: Sequence[Area]) -> bool:
    """A pale strip that goes through several rules leaves white between two columns."""
    return (
        sum(
            rule.left + _SHORT < gap.left
            and gap.right < rule.right - _SHORT
            and gap.top - _TOUCH <= rule.level <= gap.bottom + _TOUCH
            for rule in across
        )
        >= 2
    )


def _strokes(drawn: Drawn) -> Iterator[_Stroke]:
    if drawn.whole:
        box = tuple(ctypes.c_float() for _ in range(4))
        for path in drawn.paths:
            yield from _of_path(path, box)


def _of_path(placed: Placed, box: tuple[ctypes.c_float, ...]) -> Iterator[_Stroke]:
    """`box` is room for four numbers, used again for every path."""
    path, frame = placed.object, placed.frame
    left, bottom, right, top = box
    if not raw.FPDFPageObj_GetBounds(path, left, bottom, right, top):
        return
    area = frame.area(left.value, bottom.value, right.value, top.value)
    filling, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, filling, stroked)
    pale = _is_pale(path, stroked.value)
    if min(area.width, area.depth) <= _THIN:
        yield _Stroke(area, pale)
        return
    if pale or not stroked.value:
        return  # a surface without a border
    count = raw.FPDFPath_CountSegments(path)
    if count <= _MOST_SEGMENTS:
        yield from (_Stroke(side, pale=False) for side in _sides(path, count, frame))


def _is_pale(path: raw.FPDF_PAGEOBJECT, stroked: int) -> bool:
    """Strips of shaded rows and white lines over them are no rules."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    colour = raw.FPDFPageObj_GetStrokeColor if stroked else raw.FPDFPageObj_GetFillColor
    known = colour(path, red, green, blue, alpha)
    return bool(known) and min(red.value, green.value, blue.value) > _PALE


def _sides(path: raw.FPDF_PAGEOBJECT, count: int, frame: Frame) -> Iterator[Area]:
    inner = own_frame(path, frame)
    start = 0
    points: list[tuple[float, float]] = []
    moves: list[bool] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        moves.append(raw.FPDFPathSegment_GetType(segment) != raw.FPDF_SEGMENT_LINETO)
        start = len(points) if moves[-1] else start
        points.append((x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[start])
            moves.append(False)
    for (one, other), moved in zip(pairwise(points), moves[1:], strict=True):
        if not moved:
            yield inner.area(*one, *other)


def _joined_across(pieces: Sequence[Area]) -> Iterator[Area]:
    rows: list[list[Area]] = []
    for piece in sorted(pieces, key=lambda area: area.level):
        if rows and piece.level - rows[-1][0].level <= _TOUCH:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        yield from _end_to_end(sorted(row, key=lambda area: area.left))


def _end_to_end(row: Sequence[Area]) -> Iterator[Area]:
    whole = row[0]
    for piece in row[1:]:
        if piece.left > whole.right + _TOUCH:
            yield whole
            whole = piece
        else:
            whole = whole._replace(right=max(whole.right, piece.right))
    yield whole


def _joined_upright(pieces: Sequence[Area]) -> Iterator[Area]:
    lying = [Area(piece.top, piece.left, piece.bottom, piece.right) for piece in pieces]
    for piece in _joined_across(lying):
        yield Area(piece.top, piece.left, piece.bottom, piece.right)
