"""Figures of answers against known ones: words, facts and chances.

Exact match and F1 as in SQuAD's own script (lower case, without articles and punctuation); Chinese
is compared by characters, as in CMRC's.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.text.language import is_han

BINS = 10
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PIECE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W\u3400-\u9fff\uf900-\ufaff]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[a-z0-9,;] )[A-Z][\w'’-]+")
_NAME_IN_HAN = re.compile(r"[A-Za-z][A-Za-z'’-]+|《[^》]+》")


def plain(text: str) -> list[str]:
    """The tokens that are compared: words without articles, or single Chinese characters."""
    folded = _ARTICLES.sub(" ", unicodedata.normalize("NFKC", text).lower())
    return _PIECE.findall(folded)


def exact_match(given: str, answers: Sequence[str]) -> bool:
    return any(plain(given) == plain(answer) for answer in answers)


def token_f1(given: str, answers: Sequence[str]) -> float:
    """Of the answer that it is most like, 0 to 1."""
    return max((_f1(Counter(plain(given)), Counter(plain(a))) for a in answers), default=0.0)


def holds_answer(given: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in the text, word for word."""
    text = f" {' '.join(plain(given))} "
    return any(f" {' '.join(plain(answer))} " in text for answer in answers if plain(answer))


def unproven(sentence: str, cited: str) -> list[str]:
    """Its numbers, dates and names that do not stand in the cited words, letter for letter.

    On purpose another, plainer reading than that of the check which it judges.
    """
    said, proof = _one_spelling(sentence), _one_spelling(cited)
    names = _NAME_IN_HAN if is_han(sentence) else _NAME
    numbers = set(_NUMBER.findall(proof))
    lost = [number for number in _NUMBER.findall(said) if number not in numbers]
    return lost + [name for name in names.findall(said) if name.rstrip("'’-") not in proof]


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose chance lay between `low` and `high`."""

    low: float
    high: float
    count: int
    chance: float  # mean that was told, 0 to 1
    right: float  # share that was right


@dataclass(frozen=True, slots=True)
class Calibration:
    error: float  # expected calibration error: mean |chance - right| over the bins, by their size
    bins: tuple[Bin, ...]  # those that are not empty


def calibration(chances: Iterable[float], right: Iterable[bool]) -> Calibration:
    """Ten bins of equal width. Source: Guo et al. 2017, On Calibration of Modern Networks."""
    told = np.array(list(chances), dtype=np.float64)
    true = np.array(list(right), dtype=np.float64)
    places = np.minimum((told * BINS).astype(int), BINS - 1)
    bins = [
        Bin(
            place / BINS,
            (place + 1) / BINS,
            int(inside.sum()),
            float(told[inside].mean()),
            float(true[inside].mean()),
        )
        for place in range(BINS)
        if (inside := places == place).any()
    ]
    count = max(1, len(told))
    error = sum(each.count * abs(each.chance - each.right) for each in bins) / count
    return Calibration(error, tuple(bins))


def share(hits: int, of: int) -> float:
    """0 when there is nothing to have a share of."""
    return hits / of if of else 0.0


def _f1(given: Counter[str], answer: Counter[str]) -> float:
    same = (given & answer).total()
    return 2 * same / (given.total() + answer.total()) if same else 0.0


def _one_spelling(text: str) -> str:
    """White space and width differ in what a table's row shows and in what it is."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
