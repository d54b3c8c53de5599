"""Files of one conversation, searched in memory and ranked together with the knowledge bases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from retrieval.dense.memory import MemoryIndex
from retrieval.errors import Overloaded, Unavailable
from retrieval.lexical.memory import MemoryLexicalIndex
from retrieval.ports import Embedder, LexicalEntry, Reranker
from retrieval.search.fusion import weighted_z_scores
from retrieval.search.overlap import shared_words, shown, told_of
from retrieval.search.phrases import by_phrases
from retrieval.search.searcher import NO_RERANK, check_question
from retrieval.types import ChunkId, Found, Passage, Scope, Scores, Vector

CANDIDATES = 50  # of the files, by words and by meaning, before both are ranked
PLACES = 3  # that the files' best passages have in any case, beside those of the knowledge bases
FIRST = 2  # rank that the best of them has at least: the asker put it on the table
FILES_BY_WORDS = "The attached files were searched by keywords alone."


class Knowledge(Protocol):
    def find(self, question: str, scope: Scope, *, limit: int) -> Found:
        """The passages of the knowledge bases, best first. Raises: Invalid."""
        ...


@dataclass(frozen=True, slots=True)
class AttachedFiles:
    """Passages of the files of one conversation, in memory."""

    passages: Mapping[ChunkId, Passage]
    words: MemoryLexicalIndex
    meaning: MemoryIndex
    by_words_alone: bool  # some have no vector of this embedder

    @classmethod
    def of(cls, passages: Sequence[Passage], vectors: Mapping[ChunkId, Vector]) -> "AttachedFiles":
        """`vectors` are unit length, of the embedder that questions are asked with."""
        words, meaning = MemoryLexicalIndex(), MemoryIndex()
        words.add([_entry(passage) for passage in passages])
        for chunk, vector in vectors.items():
            meaning.add([chunk], vector[None, :])
        by_chunk = {passage.chunk.id: passage for passage in passages}
        return cls(by_chunk, words, meaning, len(vectors) < len(by_chunk))

    def around(self, passages: Sequence[Passage], *, reach: int) -> list[Passage]:
        """What stands up to `reach` places before and after those of them that are of these files.

        Without themselves, in reading order.
        """
        near = {
            (passage.chunk.version, passage.chunk.ordinal + step)
            for passage in passages
            if passage.chunk.id in self.passages
            for step in range(-reach, reach + 1)
        }
        themselves = {passage.chunk.id for passage in passages}
        return [
            passage
            for passage in self.passages.values()
            if (passage.chunk.version, passage.chunk.ordinal) in near
            and passage.chunk.id not in themselves
        ]


@dataclass(frozen=True, slots=True)
class FindsAttached:
    """A Finder. What the files say stands beside what the knowledge bases say, in one ranking."""

    knowledge: Knowledge
    files: AttachedFiles
    embedder: Embedder
    reranker: Reranker | None = None

    def find(self, question: str, scope: Scope, *, limit: int) -> Found:
        """At most `limit`, and `PLACES` of the files beyond. Raises: Invalid."""
        check_question(question)
        found = self.knowledge.find(question, scope, limit=limit)
        known = list(found.considered or found.passages)
        words = {h.chunk: h.score for h in self.files.words.search(question, CANDIDATES)}
        meaning = self._nearest(question)
        own = [
            self._scored(chunk, words.get(chunk), (meaning or {}).get(chunk))
            for chunk in dict.fromkeys((*words, *(meaning or {})))
        ]
        ranked = self._ranked(question, known, own, found)
        best = _with_places(ranked, self.files.passages, limit)
        missing = meaning is None or self.files.by_words_alone
        notes = [found.degraded, FILES_BY_WORDS if missing else None]
        told = " ".join(note for note in notes if note) or None
        return Found(best, told, tuple(ranked), found.seconds)

    def _nearest(self, question: str) -> dict[ChunkId, float] | None:
        """Cosines; None when nothing can embed the question."""
        try:
            vector = self.embedder.embed_question(question)
        except (Unavailable, Overloaded):
            return None
        return {hit.chunk: hit.score for hit in self.files.meaning.search(vector, CANDIDATES)}

    def _scored(self, chunk: ChunkId, bm25: float | None, cosine: float | None) -> Passage:
        return replace(self.files.passages[chunk], scores=Scores(bm25, cosine))

    def _ranked(
        self, question: str, known: list[Passage], own: list[Passage], found: Found
    ) -> list[Passage]:
        fused = _fused(question, known, own)
        if self.reranker is None or NO_RERANK in (found.degraded or ""):
            return by_phrases(question, fused)
        try:
            scores = self.reranker.score(question, [shown(passage) for passage in own])
        except (Unavailable, Overloaded):
            return by_phrases(question, fused)
        by_model = {p.chunk.id: float(score) for p, score in zip(own, scores, strict=True)}
        scored = [_reranked(passage, by_model) for passage in fused]
        return sorted(scored, key=lambda passage: -(passage.scores.rerank or 0.0))


def _fused(question: str, known: list[Passage], own: list[Passage]) -> list[Passage]:
    """Best first, with one fused score for all."""
    stretch = _stretch(question, known, own)
    keywords = _bm25(known) | {chunk: score * stretch for chunk, score in _bm25(own).items()}
    cosines = {p.chunk.id: p.scores.dense for p in (*known, *own) if p.scores.dense is not None}
    by_chunk = {passage.chunk.id: passage for passage in (*known, *own)}
    best = max(keywords, key=lambda chunk: keywords[chunk], default=None)
    shared = shared_words(question, by_chunk[best]) if best else 0.0
    named = told_of(question, list(by_chunk.values()))
    ranked = weighted_z_scores(keywords, [cosines] if cosines else [], shared, named)
    return [
        replace(p, scores=replace(p.scores, fused=hit.score))
        for hit in ranked
        for p in (by_chunk[hit.chunk],)
    ]


def _stretch(question: str, known: list[Passage], own: list[Passage]) -> float:
    """Factor for the files' BM25, so that the best hits of both score alike for each shared word.

    The idf of a term in a handful of passages is a fraction of its idf in a large index.
    """
    theirs, ours = _per_shared_word(question, known), _per_shared_word(question, own)
    return theirs / ours if theirs > 0 and ours > 0 else 1.0


def _per_shared_word(question: str, passages: list[Passage]) -> float:
    best = max(passages, key=lambda passage: passage.scores.bm25 or 0.0, default=None)
    shared = shared_words(question, best) if best else 0.0
    return (best.scores.bm25 or 0.0) / shared if best and shared > 0 else 0.0


def _bm25(passages: list[Passage]) -> dict[ChunkId, float]:
    return {p.chunk.id: p.scores.bm25 for p in passages if p.scores.bm25 is not None}


def _reranked(passage: Passage, by_model: Mapping[ChunkId, float]) -> Passage:
    own = by_model.get(passage.chunk.id)
    return passage if own is None else replace(passage, scores=replace(passage.scores, rerank=own))


def _with_places(
    ranked: Sequence[Passage], files: Mapping[ChunkId, Passage], limit: int
) -> tuple[Passage, ...]:
    """The best `limit`, and of the files the best `PLACES`, the first of them near the top."""
    of_files = [passage for passage in ranked if passage.chunk.id in files]
    chosen = list(ranked[:limit])
    there = {passage.chunk.id for passage in chosen}
    chosen += [passage for passage in of_files[:PLACES] if passage.chunk.id not in there]
    if of_files and of_files[0] not in chosen[:FIRST]:
        chosen.remove(of_files[0])
        chosen.insert(FIRST - 1, of_files[0])
    return tuple(chosen)


def _entry(passage: Passage) -> LexicalEntry:
    chunk = passage.chunk
    return LexicalEntry(
        chunk=chunk.id,
        text=chunk.text,
        title=passage.document_title,
        headings=chunk.breadcrumb,
        document=chunk.document,
    )
