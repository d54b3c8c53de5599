"""What a fine order can be learned from: numbers of each candidate of a question."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.ports import Embedder
from retrieval.search.overlap import shared_meaning, shared_words, told_of
from retrieval.search.phrases import COMPARED, closeness
from retrieval.text.sentences import split_sentences
from retrieval.text.tokens import terms
from retrieval.types import Passage, Vector

# All passages of a question, best fused first → numbers of the first COMPARED, each by its name.
Feature = Callable[[str, Sequence[Passage]], Mapping[str, Sequence[float]]]


def fusion(question: str, passages: Sequence[Passage]) -> dict[str, list[float]]:
    """The fused score, and what it is the sum of: `retrieval/search/fusion.py`, weights left out.

    A passage that a stage did not find counts as its lowest by meaning and as 0 by keywords.
    """
    cosines = [passage.scores.dense for passage in passages]
    lowest = min((cosine for cosine in cosines if cosine is not None), default=0.0)
    words = [passage.scores.bm25 for passage in passages]
    shared = shared_meaning(question, _best_by_words(passages))
    told = told_of(question, passages)
    return {
        "fused": [passage.scores.fused for passage in passages[:COMPARED]],
        "dense": _standardised(cosines, lowest),
        "words": [shared * value for value in _standardised(words, 0.0)],
        "named": [told.get(passage.chunk.id, 0.0) for passage in passages[:COMPARED]],
    }


def phrases(question: str, passages: Sequence[Passage]) -> dict[str, list[float]]:
    read = passages[:COMPARED]
    found = closeness(question, read)
    shared = shared_words(question, _best_by_words(read))
    return {
        "together": [shared * close.together for close in found],
        "nearby": [shared * close.nearby for close in found],
    }


def sizes(question: str, passages: Sequence[Passage]) -> dict[str, list[float]]:
    """The share of the question's words that a passage has, and how long that is."""
    read = passages[:COMPARED]
    shared = shared_words(question, _best_by_words(read))
    return {
        "coverage": [shared * shared_words(question, passage) for passage in read],
        "length": [math.log(1 + len(terms(passage.chunk.text))) for passage in read],
    }


@dataclass(frozen=True, slots=True)
class Feedback:
    """Likeness to the mean of the first five: pseudo relevance feedback (Rocchio 1971)."""

    embedder: Embedder

    def __call__(self, _question: str, passages: Sequence[Passage]) -> dict[str, list[float]]:
        read = [_embedded(passage) for passage in passages[:COMPARED]]
        vectors = self.embedder.embed_passages(read)
        return {"feedback": _standardised((vectors @ vectors[:5].mean(axis=0)).tolist(), 0.0)}


@dataclass(frozen=True, slots=True)
class BestSentence:
    """The cosine of the sentence that is nearest to the question."""

    embedder: Embedder

    def __call__(self, question: str, passages: Sequence[Passage]) -> dict[str, list[float]]:
        asked = self.embedder.embed_question(question)
        nearest = [self._nearest(asked, passage) for passage in passages[:COMPARED]]
        return {"sentence": _standardised(nearest, min(nearest))}

    def _nearest(self, asked: Vector, passage: Passage) -> float:
        text = passage.chunk.text
        sentences = [span.of(text) for span in split_sentences(text)] or [text]
        return float((self.embedder.embed_passages(sentences) @ asked).max())


def _best_by_words(passages: Iterable[Passage]) -> Passage:
    return max(passages, key=lambda passage: passage.scores.bm25 or 0.0)


def _standardised(values: Sequence[float | None], missing: float) -> list[float]:
    """The first COMPARED, in standard deviations from the mean of all that are there."""
    seen = [*(value for value in values if value is not None), missing]
    mean, deviation = float(np.mean(seen)), float(np.std(seen)) or 1.0
    return [((missing if v is None else v) - mean) / deviation for v in values[:COMPARED]]


def _embedded(passage: Passage) -> str:
    above = " › ".join(filter(None, (passage.document_title, *passage.chunk.headings)))
    return f"{above}\n{passage.chunk.text}".strip()
