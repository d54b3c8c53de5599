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
            0.665,
            1.268,
            -0.013,
            -2.0,
            -0.195,
            -1.883,
            -0.655,
            -3.343,
            0.226,
            0.12,
            0.0,
            0.0,
            4.447,
            -1.054,
            5.175,
        ),
        bias=-11.782,
    ),
    "zh": Line(
        weights=(
            0.605,
            2.416,
            0.294,
            -2.0,
            0.117,
            0.797,
            0.325,
            0.026,
            0.266,
            -0.02,
            2.192,
            0.437,
            8.054,
            -15.144,
            14.058,
        ),
        bias=-13.48,
    ),
    "en-zh": Line(
        weights=(
            0.0,
            0.0,
            -0.28,
            -2.0,
            0.0,
            0.0,
            -1.181,
            0.0,
            0.995,
            0.0,
            0.0,
            0.0,
            12.308,
            -4.605,
            8.704,
        ),
        bias=-5.582,
    ),
    "zh-en": Line(
        weights=(
            0.0,
            0.0,
            0.508,
            -2.0,
            0.0,
            0.0,
            -0.378,
            0.0,
            0.663,
            0.0,
            0.0,
            0.0,
            7.922,
            -5.003,
            5.079,
        ),
        bias=-2.254,
    ),
}
LEXICAL_ANSWER: Final[dict[Language, Line]] = {
    "en": Line(
        weights=(
            0.557,
            2.139,
            0.584,
            -2.0,
            -0.162,
            -1.503,
            -0.337,
            -3.127,
            0.361,
            -0.544,
            0.0,
            0.0,
        ),
        bias=-5.454,
    ),
    "zh": Line(
        weights=(
            0.397,
            4.132,
            0.549,
            -2.0,
            0.248,
            1.372,
            0.176,
            -0.175,
            0.915,
            -0.365,
            2.293,
            0.864,
        ),
        bias=-9.663,
    ),
}
# From the log-odds that the sources answer to those that the shown answer is right.
CONFIDENCE_SLOPE = 0.426
CONFIDENCE_BIAS = 0.473
