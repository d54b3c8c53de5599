"""Two models of the `rapidocr-onnxruntime` wheel: where lines are, and what letters.

PP-OCRv4 (PaddlePaddle, Apache-2.0) for Chinese and English, run by onnxruntime on one thread.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr_onnxruntime import RapidOCR

from ingestion.parsing.ocr.spacing import Letter

Picture = NDArray[np.uint8]  # (height, width, 3), blue green red
Quads = NDArray[np.float32]  # (n, 4, 2): corners x, y from the upper left one clockwise

_DETECTED_SIDE: Final = 1536  # pixels: lines are found in a smaller copy, read in the full one
_LENGTHIEST: Final = 4.0  # of a picture's sides; the detector enlarges the short one
_LINE_HEIGHT: Final = 48  # pixels that the recogniser was trained on
_NARROWEST: Final = 16
_WIDEST: Final = 4800  # pixels; 100 times its height is no line of text
_BLANK: Final = 0  # class of "no letter" in CTC


@dataclass(frozen=True, slots=True)
class Recognised:
    letters: tuple[Letter, ...]
    sure: float  # 0 to 1, mean over the letters


@dataclass(frozen=True, slots=True)
class Models:
    rapid: Any  # RapidOCR
    alphabet: tuple[str, ...]

    @classmethod
    def load(cls) -> "Models":
        """About 0.3 s and 150 MiB."""
        cv2.setNumThreads(1)
        rapid = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
        return cls(rapid, tuple(rapid.text_rec.postprocess_op.character))

    def find_lines(self, picture: Picture) -> Quads:
        height, width = picture.shape[:2]
        shrink = min(1.0, _DETECTED_SIDE / max(height, width))
        seen = picture
        if shrink < 1:
            size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
            seen = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        quads, _ = self.rapid.text_det(_padded(seen))
        if quads is None or not len(quads):
            return np.empty((0, 4, 2), np.float32)
        found = np.asarray(quads, np.float32) / shrink
        return np.asarray(np.clip(found, 0, (width - 1, height - 1)), np.float32)

    def recognise(self, line: Picture) -> Recognised:
        height, width = line.shape[:2]
        columns = int(np.clip(np.ceil(_LINE_HEIGHT * width / height), _NARROWEST, _WIDEST))
        scaled = cv2.resize(line, (columns, _LINE_HEIGHT)).astype(np.float32)
        batch = ((scaled / 255 - 0.5) / 0.5).transpose(2, 0, 1)[None]
        return self._decoded(self.rapid.text_rec.session(batch)[0][0], width)

    def _decoded(self, odds: NDArray[np.float32], width: int) -> Recognised:
        """Best class of every time step, repeats as one letter (CTC); a letter's place is theirs.

        `odds` is (steps, classes); steps divide the line's width evenly.
        """
        best = odds.argmax(axis=1)
        edges = np.flatnonzero(np.diff(best)) + 1
        starts, ends = np.append(0, edges), np.append(edges, len(best))
        step = width / len(best)
        letters, sure = [], []
        for start, end in zip(starts, ends, strict=True):
            if best[start] != _BLANK:
                letter = self.alphabet[best[start]]
                letters.append(Letter(letter, float((start + end) / 2 * step)))
                sure.append(float(odds[start:end, best[start]].max()))
        return Recognised(tuple(letters), float(np.mean(sure)) if sure else 0.0)


def _padded(picture: Picture) -> Picture:
    """White added to a strip below or on the right, so that the detector does not blow it up."""
    height, width = picture.shape[:2]
    below = max(0, round(width / _LENGTHIEST) - height)
    beside = max(0, round(height / _LENGTHIEST) - width)
    if not below and not beside:
        return picture
    white = (255, 255, 255)
    padded: Picture = cv2.copyMakeBorder(
        picture, 0, below, 0, beside, cv2.BORDER_CONSTANT, value=white
    )
    return padded
