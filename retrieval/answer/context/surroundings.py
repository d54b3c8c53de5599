"""A reading that also knows what stands around its passages, so that it can be cited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from retrieval.answer.checking.evidence import Evidence, evidence_of
from retrieval.answer.checking.reading import Reading, ReadPart
from retrieval.answer.checking.relevance import FEATURES, Relevance, judge
from retrieval.answer.checking.weights import LEXICAL_SENTENCE_WEIGHTS, SENTENCE_WEIGHTS
from retrieval.errors import Overloaded, Unavailable
from retrieval.ports import Embedder
from retrieval.types import Passage, Vector

MOST_EMBEDDED = 12  # sentences; a quarter of a second of the bundled embedder on one core
_RANK = FEATURES.index("rank")


@dataclass(frozen=True, slots=True)
class Neighbour:
    passage: Passage
    beside: int  # number of the found passage that it is read with, from 1


def with_neighbours(
    reading: Reading, neighbours: Sequence[Neighbour], embedder: Embedder
) -> Reading:
    """The same judgement, and the neighbours' sentences behind all others.

    Whether the sources answer was decided without them: they only say more of what was found.
    """
    if not neighbours:
        return reading
    evidence = evidence_of([*reading.evidence.passages, *(one.passage for one in neighbours)])
    evidence = replace(evidence, vectors=_vectors(reading, evidence, embedder))
    added = [_added(part, evidence, neighbours) for part in reading.parts]
    parts = [
        ReadPart(part.question, _longer(part.relevance, scores))
        for part, scores in zip(reading.parts, added, strict=True)
    ]
    if not reading.asked_parts:
        return Reading(reading.question, evidence, parts[0].relevance, reading.degraded)
    # Joined scores are measured from the best of each part that is answered (joining.py).
    below_best = [
        scores - part.relevance.scores.max()
        for part, scores in zip(reading.parts, added, strict=True)
        if part.relevance.answerable >= reading.relevance.answerable
    ]
    whole = _longer(reading.relevance, np.max(below_best, axis=0))
    return Reading(reading.question, evidence, whole, reading.degraded, tuple(parts))


def _added(part: ReadPart, evidence: Evidence, neighbours: Sequence[Neighbour]) -> Vector:
    """Scores of the neighbours' sentences, each as if its passage had the rank of its own."""
    embedded = evidence.vectors is not None and part.question.vector is not None
    weight = float((SENTENCE_WEIGHTS if embedded else LEXICAL_SENTENCE_WEIGHTS)[_RANK])
    found = len(evidence.passages) - len(neighbours)
    scores = judge(part.question, evidence).scores
    rows: list[float] = []
    for sentence, score in zip(evidence.sentences, scores, strict=True):
        if sentence.passage > found:
            beside = neighbours[sentence.passage - found - 1].beside
            rows.append(float(score) + weight * (1 / beside - 1 / sentence.passage))
    return np.array(rows, dtype=np.float32)


def _longer(relevance: Relevance, added: Vector) -> Relevance:
    return replace(relevance, scores=np.concatenate((relevance.scores, added)))


def _vectors(reading: Reading, evidence: Evidence, embedder: Embedder) -> Vector | None:
    """The neighbours' likeliest sentences get vectors; the others zeros, similar to nothing."""
    known = reading.evidence.vectors
    if known is None:
        return None
    vectors = np.zeros((len(evidence.sentences), known.shape[1]), dtype=np.float32)
    vectors[: len(known)] = known
    asked = reading.question.terms
    new = range(len(known), len(evidence.sentences))
    likeliest = sorted(new, key=lambda i: -evidence.coverage(asked, evidence.sentences[i].terms))[
        :MOST_EMBEDDED
    ]
    if likeliest:
        try:
            vectors[likeliest] = embedder.embed_passages(
                [evidence.sentences[i].text for i in likeliest]
            )
        except (Unavailable, Overloaded):
            return vectors
    return vectors
