"""From the detector's map of where writing is to one quadrilateral a line; arithmetic only.

Differentiable binarization (Liao et al. 2020, arXiv:1911.08947), whose model marks only the core of
each line: a core is grown by its area times a ratio over its girth. The numbers are those that
PP-OCRv4 is shipped with.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Quads = NDArray[np.float32]  # (n, 4, 2): corners x, y from the upper left one clockwise
Odds = NDArray[np.float32]  # (height, width), 0 to 1

_WRITTEN: Final = 0.3  # of a pixel
_SURE: Final = 0.5  # mean over a core
_GROWTH: Final = 1.6
_MOST: Final = 1000  # lines of a picture
_LOWEST_CORE: Final = 3  # pixels of the map
_LOWEST: Final = 5  # the same, once grown
_LOWEST_LINE: Final = 3  # pixels of the picture


def quads_in(odds: Odds, width: int, height: int) -> Quads:
    """`width` and `height` are those of the picture, in whose pixels the answer is."""
    mask = cv2.dilate((odds > _WRITTEN).astype(np.uint8), np.ones((2, 2), np.uint8))
    cores, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    to_picture = (width / odds.shape[1], height / odds.shape[0])
    found = []
    for core in cores[:_MOST]:
        middle, (across, down), angle = cv2.minAreaRect(core)
        if min(across, down) < _LOWEST_CORE:
            continue
        if _mean_within(odds, cv2.boxPoints((middle, (across, down), angle))) < _SURE:
            continue
        growth = across * down * _GROWTH / (across + down)  # on both sides together
        if min(across, down) + growth < _LOWEST:
            continue
        grown = cv2.boxPoints((middle, (across + growth, down + growth), angle))
        quad = _clockwise(np.round(grown * to_picture))
        quad = np.clip(quad, 0, (width - 1, height - 1))
        if min(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[0] - quad[3])) > _LOWEST_LINE:
            found.append(quad)
    return np.array(found, np.float32).reshape(-1, 4, 2)


def _mean_within(odds: Odds, corners: NDArray[np.float32]) -> float:
    height, width = odds.shape
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int), 0, (width - 1, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], (1,))
    return float(cv2.mean(odds[top : bottom + 1, left : right + 1], mask)[0])


def _clockwise(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """From the upper left one on: the upper of the two on the left comes first."""
    by_side = corners[np.argsort(corners[:, 0], kind="stable")]
    left = by_side[:2][np.argsort(by_side[:2, 1], kind="stable")]
    right = by_side[2:][np.argsort(by_side[2:, 1], kind="stable")]
    return np.array([left[0], right[0], right[1], left[1]])
