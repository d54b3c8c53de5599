"""Numbers that were fitted, not chosen: `python -m benchmarks.fit_answers` prints them.

Sets: half of the documents of SQuAD 2.0's and CMRC 2018's development sets and of XQuAD's Chinese
and crossed ones (all CC BY-SA 4.0), as `colophon eval-answers` reads them, with
multilingual-e5-small. Figures of the other half: decision 0006. The sentences' weights are of an
earlier fit on half of 1,400 of these questions.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from retrieval.text.language import Language
from retrieval.types import Vector

# The language of the question and, where it is another one, that of the best sentence.
Speech = Literal["en", "zh", "en-zh", "zh-en"]
SPEECHES: Final[tuple[Speech, ...]] = get_args(Speech)


@dataclass(frozen=True, slots=True)
class Line:
    """A logistic regression."""

    weights: tuple[float, ...]
    bias: float

    def odds(self, rows: Vector) -> Vector:
        """Logarithms of the odds: (n, len(weights)) → (n,), or of one row a number."""
        return np.asarray(rows @ np.array(self.weights) + self.bias)


# Columns of relevance.FEATURES.
SENTENCE_WEIGHTS = (1.51, 2.52, -0.75, 2.65, 4.06, 6.05)
LEXICAL_SENTENCE_WEIGHTS = (4.92, 2.27, -0.99, 2.69, 4.59)
# Columns of signals.SIGNALS. Without an embedder nothing is found across languages.
ANSWER: Final[dict[Speech, Line]] = {
    "en": Line(
        weights=(
            0.314,
            1.003,
            0.128,
            -2.0,
            -0.156,
            -0.349,
            -0.505,
            -2.94,
            0.43,
            0.097,
            0.0,
            0.0,
            3.934,
            1.833,
            4.144,
        ),
        bias=-9.027,
    ),
    "zh": Line(
        weights=(
            0.318,
            1.796,
            0.309,
            -2.0,
            0.026,
            1.209,
            0.408,
            -0.044,
            0.651,
            0.064,
            1.762,
            0.273,
            3.309,
            -2.191,
            7.331,
        ),
        bias=-11.955,
    ),
    "en-zh": Line(
        weights=(
            0.0,
            0.0,
            -0.078,
            -2.0,
            0.0,
            0.0,
            -0.629,
            0.0,
            0.776,
            0.0,
            0.0,
            0.0,
            4.945,
            3.018,
            4.677,
        ),
        bias=-4.404,
    ),
    "zh-en": Line(
        weights=(
            0.0,
            0.0,
            0.396,
            -2.0,
            0.0,
            0.0,
            -0.303,
            0.0,
            0.52,
            0.0,
            0.0,
            0.0,
            2.988,
            1.373,
            2.433,
        ),
        bias=-1.659,
    ),
}
LEXICAL_ANSWER: Final[dict[Language, Line]] = {
    "en": Line(
        weights=(0.267, 1.636, 0.659, -2.0, -0.174, 0.369, -0.202, -2.748, 0.465, -0.46, 0.0, 0.0),
        bias=-3.75,
    ),
    "zh": Line(
        weights=(
            0.295,
            2.498,
            0.681,
            -2.0,
            0.069,
            1.725,
            0.396,
            -0.187,
            1.039,
            -0.282,
            2.008,
            0.627,
        ),
        bias=-8.157,
    ),
}
# From the log-odds that the sources answer to those that the shown answer is right: slope, bias.
CONFIDENCE: Final[dict[Speech, Line]] = {
    "en": Line(weights=(0.461,), bias=-0.372),
    "zh": Line(weights=(0.249,), bias=1.664),
    "en-zh": Line(weights=(0.475,), bias=0.553),
    "zh-en": Line(weights=(0.684,), bias=0.355),
}
