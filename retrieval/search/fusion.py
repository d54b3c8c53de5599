"""Several rankings of one question → one, by their scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from retrieval.ports import Hit
from retrieval.types import ChunkId

# Weight of keywords against meaning when the best keyword hit holds every word of the question.
# Measured on nine sets, flat between 1.5 and 3: decision 0005.
KEYWORDS = 2.0
# Standard deviations for a passage whose document says all names of the question. Fitted
# without the set that it was made for it is 6.6; up to 8 little changes: decision 0005.
NAMED = 6.0


def weighted_z_scores(
    keywords: Mapping[ChunkId, float],
    meaning: Sequence[Mapping[ChunkId, float]],
    shared: float,
    named: Mapping[ChunkId, float],
) -> list[Hit]:
    """Best first: the scores of both in standard deviations from their mean, weighed and added.

    `meaning`: cosines, one ranking for each embedder. `shared`: share of the question that the best
    keyword hit holds, 0 to 1. Keywords count as much as the words are there at all: a
    question in another language than the text shares a stray number with it, which must not
    outvote the meaning. `named`: how much speaks for it that a passage's document is about what the
    question names, 0 to 1. Ties keep the order of first appearance, keyword hits first.
    """
    words = _Standard.of(keywords, 0.0)
    # Cosines of two embedders have no common scale before they are standardised.
    near = [_Standard.of(cosines, min(cosines.values())) for cosines in meaning if cosines]
    weight = KEYWORDS * shared if near else 1.0
    found = dict.fromkeys(chunk for ranking in (keywords, *meaning) for chunk in ranking)
    scored = [
        Hit(
            chunk,
            _nearest(near, chunk) + weight * words.score(chunk) + NAMED * named.get(chunk, 0.0),
        )
        for chunk in found
    ]
    return sorted(scored, key=lambda hit: -hit.score)


@dataclass(frozen=True, slots=True)
class _Standard:
    """A ranking's scores in standard deviations from the mean of them and of `missing`."""

    scores: Mapping[ChunkId, float]
    missing: float  # what counts as the score of a passage that is not in the ranking
    mean: float
    deviation: float

    @classmethod
    def of(cls, scores: Mapping[ChunkId, float], missing: float) -> "_Standard":
        values = [*scores.values(), missing]
        return cls(scores, missing, fmean(values), pstdev(values))

    def score(self, chunk: ChunkId) -> float:
        away = self.scores.get(chunk, self.missing) - self.mean
        return away / self.deviation if self.deviation > 0 else 0.0


def _nearest(rankings: Sequence[_Standard], chunk: ChunkId) -> float:
    """By the embedder that found it; as far as the farthest when none did."""
    by = [ranking.score(chunk) for ranking in rankings if chunk in ranking.scores]
    return max(by) if by else min((ranking.score(chunk) for ranking in rankings), default=0.0)
