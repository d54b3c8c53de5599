"""What was read for each part of a question as one reading, in which every part is judged."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from retrieval.answer.asking.gathering import interleaved
from retrieval.answer.checking.evidence import Evidence, evidence_of
from retrieval.answer.checking.reading import Reading, ReadPart
from retrieval.answer.checking.relevance import Relevance
from retrieval.types import Vector

ELSEWHERE = 10.0  # log-odds behind a part's last sentence: passages that its search did not find

_Place = tuple[str, int]  # chunk, ordinal of the sentence in it


def joined(readings: Sequence[Reading], refuse_below: float) -> Reading:
    """One reading over the passages of all, in turn; of one reading, that one.

    A sentence is as good as it is for the part that it suits best, measured from that part's best.
    Parts that nothing answers have no say in it. `answerable` is the lowest chance of the parts
    that are answered, or the highest when none is.
    """
    if len(readings) == 1:
        return readings[0]
    evidence = evidence_of(interleaved([reading.evidence.passages for reading in readings]))
    evidence = replace(evidence, vectors=_vectors(evidence, readings))
    places = _places(evidence)
    parts = tuple(
        ReadPart(one.question, replace(one.relevance, scores=_scores(places, one)))
        for one in readings
    )
    terms = frozenset().union(*(one.question.terms for one in readings))
    question = replace(readings[0].question, terms=terms, vector=None)
    degraded = " ".join(dict.fromkeys(one.degraded for one in readings if one.degraded))
    return Reading(question, evidence, _relevance(parts, refuse_below), degraded or None, parts)


def _relevance(parts: Sequence[ReadPart], refuse_below: float) -> Relevance:
    said = [part.relevance for part in parts if part.relevance.answerable >= refuse_below]
    counting = said or [max((p.relevance for p in parts), key=lambda one: one.answerable)]
    below_best = [one.scores - one.scores.max(initial=-np.inf) for one in counting]
    return Relevance(
        np.max(below_best, axis=0),
        min(one.answerable for one in counting),
        min(one.coverage for one in counting),
    )


def _scores(places: Sequence[_Place], reading: Reading) -> Vector:
    """Its scores at the joined sentences."""
    own = dict(zip(_places(reading.evidence), reading.relevance.scores, strict=True))
    last = min(own.values(), default=np.float32(0.0)) - ELSEWHERE
    return np.array([own.get(place, last) for place in places], dtype=np.float32)


def _vectors(evidence: Evidence, readings: Sequence[Reading]) -> Vector | None:
    """None when one of them could not embed. A sentence has the vector that any of them gave it."""
    known: dict[_Place, Vector] = {}
    for reading in readings:
        if reading.evidence.vectors is None:
            if reading.evidence.sentences:
                return None
            continue
        for place, vector in zip(_places(reading.evidence), reading.evidence.vectors, strict=True):
            if place not in known or vector.any():
                known[place] = vector
    return np.stack([known[place] for place in _places(evidence)]) if known else None


def _places(evidence: Evidence) -> list[_Place]:
    return [
        (evidence.passages[sentence.passage - 1].chunk.id, sentence.ordinal)
        for sentence in evidence.sentences
    ]
