"""The passages of one question taken apart into sentences that can be compared and quoted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from retrieval.text.language import content_terms
from retrieval.text.sentences import Span, split_sentences
from retrieval.types import Passage, Vector


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """One sentence of passage `passage` (from 1), verbatim at `span` of its chunk's text."""

    passage: int
    ordinal: int  # from 0, in its passage
    span: Span
    text: str
    terms: frozenset[str]  # of a row also those of its table's header


@dataclass(frozen=True, slots=True)
class Evidence:
    passages: tuple[Passage, ...]
    sentences: tuple[SourceSentence, ...]  # in the order of passages and text
    places: tuple[frozenset[str], ...]  # per passage: terms of its title and headings
    weights: Mapping[str, float]
    unseen: float  # weight of a term that no sentence has
    vectors: Vector | None = None  # (len(sentences), dim), unit; None when nothing could embed

    def weight(self, terms: Iterable[str]) -> float:
        return sum(self.weights.get(term, self.unseen) for term in set(terms))

    def coverage(self, wanted: frozenset[str], offered: frozenset[str]) -> float:
        """Share of the weight of `wanted` that `offered` has; 0 when nothing is wanted."""
        total = self.weight(wanted)
        return self.weight(wanted & offered) / total if total else 0.0

    def of_passage(self, number: int) -> list[int]:
        """Indices of the sentences of passage `number`."""
        return [i for i, sentence in enumerate(self.sentences) if sentence.passage == number]

    def place(self, number: int) -> frozenset[str]:
        return self.places[number - 1]


def evidence_of(passages: Sequence[Passage]) -> Evidence:
    """Weights are the idf of BM25 with the found sentences as the collection: a word that all of
    them share says little here, and one that none of them has says most.
    """
    sentences = [
        sentence for n, passage in enumerate(passages, 1) for sentence in _sentences(n, passage)
    ]
    seen = Counter(term for sentence in sentences for term in sentence.terms)
    count = len(sentences)
    return Evidence(
        tuple(passages),
        tuple(sentences),
        tuple(frozenset(content_terms(place_text(passage))) for passage in passages),
        {term: log(1 + (count - n + 0.5) / (n + 0.5)) for term, n in seen.items()},
        log(1 + (count + 0.5) / 0.5),
    )


def place_text(passage: Passage) -> str:
    return " ".join((passage.document_title, *passage.chunk.headings))


def _sentences(number: int, passage: Passage) -> list[SourceSentence]:
    text = passage.chunk.text
    spans = [span for span in split_sentences(text) if any(c.isalnum() for c in span.of(text))]
    sentences: list[SourceSentence] = []
    for i, span in enumerate(spans):
        words = f"{header_of_row(text, span)} {span.of(text)}"
        terms = frozenset(content_terms(words))
        sentences.append(SourceSentence(number, i, span, span.of(text), terms))
    return sentences


def header_of_row(text: str, row: Span) -> str:
    """The first row of the table that a row stands in; empty for the header and for prose."""
    if not row.of(text).startswith("|"):
        return ""
    header = ""
    for line in reversed(text[: row.start].splitlines()):
        if not line.strip().startswith("|"):
            break
        header = line.strip()
    return header


def cosines(vectors: Vector, vector: Vector) -> Vector:
    """(n,) cosines of unit vectors (n, dim) with a unit vector (dim,)."""
    return np.asarray(vectors @ vector, dtype=np.float32)
