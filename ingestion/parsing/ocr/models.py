"""Two models of the `rapidocr-onnxruntime` wheel: where lines are, and what letters.

PP-OCRv4 (PaddlePaddle, Apache-2.0) for Chinese and English, run by onnxruntime on one thread. Of
the wheel only the files are used: its own code would import seven more libraries.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ingestion.parsing.ocr.regions import Quads, quads_in
from ingestion.parsing.ocr.spacing import Letter

Picture = NDArray[np.uint8]  # (height, width, 3), blue green red

_WHEEL: Final = "rapidocr_onnxruntime"
_DETECTOR: Final = "ch_PP-OCRv4_det_infer.onnx"
_RECOGNISER: Final = "ch_PP-OCRv4_rec_infer.onnx"
_DETECTED_SIDE: Final = 1536  # pixels: lines are found in a smaller copy, read in the full one
_CLOSE_SIDE: Final = 736  # pixels of the shorter side that small letters are found at
_STEP: Final = 32  # pixels: the detector takes multiples
_LENGTHIEST: Final = 4.0  # of a picture's sides, where the short one is enlarged
_LINE_HEIGHT: Final = 48  # pixels that the recogniser was trained on
_NARROWEST: Final = 16
_WIDEST: Final = 4800  # pixels; 100 times its height is no line of text
_BLANK: Final = 0  # class of "no letter" in CTC
_QUIET: Final = 4  # only what ends the process


@dataclass(frozen=True, slots=True)
class Recognised:
    letters: tuple[Letter, ...]
    sure: float  # 0 to 1, mean over the letters


@dataclass(frozen=True, slots=True)
class Models:
    detector: onnxruntime.InferenceSession
    recogniser: onnxruntime.InferenceSession
    alphabet: tuple[str, ...]

    @classmethod
    def load(cls) -> "Models":
        """About 0.2 s and 150 MiB. Raises: ModuleNotFoundError where the wheel is not installed."""
        cv2.setNumThreads(1)
        wheel = find_spec(_WHEEL)
        if wheel is None or wheel.origin is None:
            raise ModuleNotFoundError(f"{_WHEEL} is not installed")
        models = Path(wheel.origin).parent / "models"
        recogniser = _session(models / _RECOGNISER)
        letters = recogniser.get_modelmeta().custom_metadata_map["character"].splitlines()
        # Their order is (blank, letters, space), see CTCLabelDecode of the wheel.
        return cls(_session(models / _DETECTOR), recogniser, ("", *letters, " "))

    def find_lines(self, picture: Picture, *, closely: bool) -> Quads:
        """With `closely` small pictures are enlarged, as their letters may be too small to see."""
        height, width = picture.shape[:2]
        seen = _padded(picture) if closely else picture
        sides = seen.shape[1], seen.shape[0]
        scale = min(1.0, _DETECTED_SIDE / max(sides))
        if closely:
            scale = max(scale, _CLOSE_SIDE / min(sides))
        size = [max(_STEP, round(side * scale / _STEP) * _STEP) for side in sides]
        finely = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        copy = cv2.resize(seen, size, interpolation=finely).astype(np.float32)
        batch = (copy * (2 / 255) - 1).transpose(2, 0, 1)[None]
        quads = quads_in(_answer(self.detector, batch)[0, 0], *sides)
        return np.asarray(np.clip(quads, 0, (width - 1, height - 1)), np.float32)

    def recognise(self, line: Picture) -> Recognised:
        height, width = line.shape[:2]
        columns = int(np.clip(np.ceil(_LINE_HEIGHT * width / height), _NARROWEST, _WIDEST))
        scaled = cv2.resize(line, (columns, _LINE_HEIGHT)).astype(np.float32)
        batch = ((scaled / 255 - 0.5) / 0.5).transpose(2, 0, 1)[None]
        return self._decoded(_answer(self.recogniser, batch)[0], width)

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


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep the memory of the largest picture
    options.log_severity_level = _QUIET
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _answer(session: onnxruntime.InferenceSession, batch: NDArray[np.float32]) -> NDArray[Any]:
    return np.asarray(session.run(None, {session.get_inputs()[0].name: batch})[0])


def _padded(picture: Picture) -> Picture:
    """White added to a strip below or on the right, so that enlarging it does not take long."""
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
