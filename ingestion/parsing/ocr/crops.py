"""Cutting lines out of a picture, and which way up the picture is; arithmetic on corners."""

from typing import Final

import cv2
import numpy as np

from ingestion.parsing.ocr.models import Picture
from ingestion.parsing.ocr.regions import Quads

_TALL: Final = 1.5  # a box so much higher than wide holds a line that runs up or down
_TELLS: Final = 2  # the least box, as a ratio of its sides, that says how a page lies
_STEEPEST: Final = 0.35  # radians; more than 20 degrees is no page laid askew


def cut(picture: Picture, quad: Quads) -> Picture:
    """The quadrilateral `quad`, (4, 2), as a rectangle of its own."""
    width = max(1, round(float(max(_length(quad, 0, 1), _length(quad, 3, 2)))))
    height = max(1, round(float(max(_length(quad, 0, 3), _length(quad, 1, 2)))))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.ascontiguousarray(quad, np.float32), corners)
    strip: Picture = cv2.warpPerspective(
        picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return strip


def ink_of(strip: Picture) -> Picture:
    """1 where it is written on; the rarer of the two shades that part it best is the ink's."""
    grey = cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY)
    _, light = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink: Picture = 1 - light if light.mean() > 0.5 else light
    return ink


def is_tall(quad: Quads) -> bool:
    return bool(_length(quad, 0, 3) > _TALL * _length(quad, 0, 1))


def lies_sideways(quads: Quads) -> bool:
    """Whether most of the writing, by length, runs up or down the page."""
    across = along = 0.0
    for quad in quads:
        width, height = _length(quad, 0, 1), _length(quad, 0, 3)
        if width > _TELLS * height:
            across += width
        elif height > _TELLS * width:
            along += height
    return along > across


def slant_of(quads: Quads) -> float:
    """Radians by which the lines fall to the right: the median of the long ones, 0 for a few."""
    long = [quad for quad in quads if _length(quad, 0, 1) > 5 * _length(quad, 0, 3)]
    if len(long) < 3:
        return 0.0
    slopes = [np.arctan2(*(quad[1] - quad[0])[::-1]) for quad in long]
    slant = float(np.median(slopes))
    return slant if abs(slant) < _STEEPEST else 0.0


def straightened(picture: Picture, quads: Quads, slant: float) -> tuple[Picture, Quads]:
    """Both turned back by `slant` about the middle; what comes in at the edges is white."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(np.degrees(slant)), 1.0)
    straight: Picture = cv2.warpAffine(picture, matrix, (width, height), borderValue=(255,) * 3)
    moved = quads @ matrix[:, :2].T + matrix[:, 2]
    return straight, np.asarray(moved, np.float32)


def _length(quad: Quads, start: int, end: int) -> float:
    return float(np.linalg.norm(quad[end] - quad[start]))
