"""The keyword index in memory, over rank-bm25: chat attachments, tests, Tantivy's reference."""

import math
import threading
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from rank_bm25 import BM25Okapi

from retrieval.lexical.rarity import factors
from retrieval.ports import Hit, LexicalEntry, Spread
from retrieval.text.tokens import terms
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId


class _PositiveBM25(BM25Okapi):  # type: ignore[misc]  # the package has no types
    """BM25Okapi with the idf of Lucene, which is never negative.

    Okapi's own is negative for a term in more than half of the texts (or, floored, as high as the
    average): in a corpus of three paragraphs that is nearly every term.
    """

    def _calc_idf(self, nd: Mapping[str, int]) -> None:
        for term, count in nd.items():
            self.idf[term] = math.log(1 + (self.corpus_size - count + 0.5) / (count + 0.5))


@dataclass(frozen=True, slots=True)
class _Ranker:
    chunks: tuple[ChunkId, ...]
    documents: tuple[DocumentId, ...]  # of each chunk
    model: _PositiveBM25

    def search(
        self,
        question: str,
        limit: int,
        within: Set[DocumentId] | None,
        everywhere: Spread | None,
    ) -> list[Hit]:
        here = None if everywhere is None else self.spread(question)
        weights = factors(here, everywhere)
        scores = np.zeros(len(self.chunks))
        for term in dict.fromkeys(terms(question)):
            scores += weights.get(term, 1.0) * self.model.get_scores([term])
        if within is not None:
            scores *= [document in within for document in self.documents]
        best = np.argsort(-scores, kind="stable")[: max(limit, 0)]
        return [Hit(self.chunks[i], float(scores[i])) for i in best if scores[i] > 0]

    def spread(self, question: str) -> Spread:
        counts = self.model.doc_freqs
        having = {term: sum(term in each for each in counts) for term in terms(question)}
        return Spread(len(self.chunks), having)


class MemoryLexicalIndex:
    """Title and headings are words of the text here: rank-bm25 knows no fields."""

    def __init__(self) -> None:
        self._terms: dict[ChunkId, list[str]] = {}
        self._documents: dict[ChunkId, DocumentId] = {}
        self._ranker: _Ranker | None = None  # built at the first search after a change
        self._lock = threading.Lock()

    def add(self, entries: Sequence[LexicalEntry]) -> None:
        tokenised = {
            entry.chunk: terms(f"{entry.title}\n{entry.headings}\n{entry.text}")
            for entry in entries
        }
        with self._lock:
            self._terms.update(tokenised)
            self._documents.update({entry.chunk: entry.document for entry in entries})
            self._ranker = None

    def remove(self, chunks: Sequence[ChunkId]) -> None:
        with self._lock:
            for chunk in chunks:
                self._terms.pop(chunk, None)
                self._documents.pop(chunk, None)
            self._ranker = None

    def search(
        self,
        question: str,
        limit: int,
        within: Set[DocumentId] | None = None,
        everywhere: Spread | None = None,
    ) -> list[Hit]:
        """Best first, only entries that share a term with the question; score is BM25.

        `within`: of these documents alone; None: of all. `everywhere`: of all indexes that are
        asked together; None: this one is asked alone.
        """
        ranker = self._built()
        return [] if ranker is None else ranker.search(question, limit, within, everywhere)

    def spread(self, question: str) -> Spread:
        ranker = self._built()
        return Spread(0, {}) if ranker is None else ranker.spread(question)

    def _built(self) -> _Ranker | None:
        with self._lock:
            if not any(self._terms.values()):  # rank-bm25 divides by the average length
                return None
            if self._ranker is None:
                model = _PositiveBM25(list(self._terms.values()), k1=1.2, b=0.75)
                of_each = tuple(self._documents[chunk] for chunk in self._terms)
                self._ranker = _Ranker(tuple(self._terms), of_each, model)
            return self._ranker

    def ids(self) -> frozenset[ChunkId]:
        with self._lock:
            return frozenset(self._terms)


@dataclass(frozen=True, slots=True)
class MemoryLexicalIndexes:
    _opened: dict[KnowledgeBaseId, MemoryLexicalIndex] = field(default_factory=dict)

    def open(self, knowledge_base: KnowledgeBaseId) -> MemoryLexicalIndex:
        return self._opened.setdefault(knowledge_base, MemoryLexicalIndex())

    def rewrite(self, knowledge_base: KnowledgeBaseId, entries: Iterable[LexicalEntry]) -> None:
        fresh = MemoryLexicalIndex()
        fresh.add(list(entries))
        self._opened[knowledge_base] = fresh

    def drop(self, knowledge_base: KnowledgeBaseId) -> None:
        self._opened.pop(knowledge_base, None)
