"""Several rankings → one."""

from collections.abc import Sequence

from retrieval.ports import Hit
from retrieval.types import ChunkId

# Cormack, Clarke, Buettcher, SIGIR 2009; dampens the weight of the first ranks.
RRF_K = 60


def reciprocal_rank_fusion(rankings: Sequence[Sequence[ChunkId]]) -> list[Hit]:
    """Best first; the score is Σ 1 / (60 + rank), rank from 1. Ties keep the first appearance.

    An id that a ranking names twice counts there once, with its better rank.
    """
    scores: dict[ChunkId, float] = {}
    for ranking in rankings:
        for rank, chunk in enumerate(dict.fromkeys(ranking), start=1):
            scores[chunk] = scores.get(chunk, 0.0) + 1.0 / (RRF_K + rank)
    return [Hit(chunk, scores[chunk]) for chunk in sorted(scores, key=lambda c: -scores[c])]
