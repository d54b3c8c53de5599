"""The straight lines drawn in a picture: frames and grids of tables."""

from typing import Final

import cv2
import numpy as np

from ingestion.parsing.ocr.models import Picture
from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_rulings import Rulings

_SHORTEST: Final = 40  # parts of the longer side: letters' strokes are shorter
_THICKEST: Final = 200  # parts of it: what is thicker is a bar
_NEAR: Final = 31  # pixels around each that say what is dark there
_DARKER: Final = 12  # shades of grey


def drawn_rules(picture: Picture) -> Rulings:
    """In pixels; `picture` lies straight."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    dark = cv2.adaptiveThreshold(
        grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _NEAR, _DARKER
    )
    # At the edge of a shaded row the whole strip beside it is darker than what is around it.
    thin = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((_NEAR, _NEAR), np.uint8))
    dark[thin <= _DARKER] = 0
    side = max(picture.shape[:2])
    length, thick = max(20, side // _SHORTEST), max(3, side // _THICKEST)
    across = [area for area in _runs(dark, (length, 1)) if area.depth <= thick]
    upright = [area for area in _runs(dark, (1, length)) if area.width <= thick]
    return Rulings(
        tuple(sorted(across, key=lambda rule: (rule.top, rule.left))),
        tuple(sorted(upright, key=lambda rule: (rule.left, rule.top))),
    )


def length_of(rules: Rulings) -> float:
    """Of all rules together."""
    across = sum(rule.width for rule in rules.across)
    return across + sum(rule.depth for rule in rules.upright)


def _runs(dark: Picture, size: tuple[int, int]) -> list[Area]:
    """Places where a stroke of `size`, (width, height), fits."""
    kernel = np.ones((size[1], size[0]), np.uint8)
    kept = cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel)
    _, _, places, _ = cv2.connectedComponentsWithStats(kept, connectivity=8)
    return [
        Area(float(left), float(top), float(left + width), float(top + height))
        for left, top, width, height, _ in places[1:]  # the first is what is between
    ]
