"""The next index of a knowledge base, built where nobody looks, searched like the live one.

New vectors have a place of their own: a collection belongs to one embedder. New chunks with the
vectors of the same embedder, and new words, are gathered beside the live index until they are
judged; afterwards they join it in one step.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, Select, select

from retrieval.indexes.index import Index, beside
from retrieval.ports import (
    Embedder,
    EmbedderIdentity,
    LexicalIndex,
    LexicalIndexes,
    VectorIndex,
    VectorIndexes,
)
from retrieval.search.searcher import Searcher
from retrieval.store.boilerplate import MANY
from retrieval.store.corpus import Corpus
from retrieval.store.live import BuiltWith
from retrieval.tables import chunks, documents
from retrieval.types import ChunkId, KnowledgeBaseId, Passage, Scope


@dataclass(frozen=True, slots=True)
class Candidate:
    index: Index
    knowledge_base: KnowledgeBaseId
    live: BuiltWith
    wanted: BuiltWith

    @property
    def has_new_chunks(self) -> bool:
        return self.live.chunker != self.wanted.chunker

    @property
    def has_new_vectors(self) -> bool:
        return self.live.embedder != self.wanted.embedder

    @property
    def is_live(self) -> bool:
        """Nothing is exchanged; at most vectors are missing."""
        return not (self.has_new_chunks or self.has_new_vectors)

    def chunk_ids(self) -> frozenset[ChunkId]:
        """Those that it would show now."""
        if not self.has_new_chunks:
            return self.index.corpus.visible_ids(self.knowledge_base)
        with self.index.corpus.database.read() as connection:
            found = connection.execute(self._upcoming(chunks.c.id))
            return frozenset(ChunkId(row.id) for row in found)

    def lacks_vectors(self) -> list[ChunkId]:
        """Those of its chunks that have no vector of its embedder."""
        shown = sorted(self.chunk_ids())
        known = self.index.entries.with_vector(self.wanted.embedder, shown)
        return [chunk for chunk in shown if chunk not in known]

    def fill(self) -> None:
        """Makes its places hold exactly what it would show. Raises: Unavailable."""
        if self.is_live:
            self.index.sync(self.knowledge_base)
            return
        shown = self.chunk_ids()
        dense, entries = self.vectors(), self.index.entries
        there = dense.ids()
        dense.remove(sorted(there - shown))
        entries.fill_vectors(dense, self.wanted.embedder, sorted(shown - there))
        if self.has_new_chunks:
            words = self._words()
            there = words.ids()
            words.remove(sorted(there - shown))
            entries.fill_words(words, sorted(shown - there))

    def join(self) -> list[ChunkId]:
        """Puts its chunks beside the live ones, still invisible; returns them.

        Call it under `index.changing()`, until the commit that shows them.
        """
        shown = self.chunk_ids()
        entries, knowledge_base = self.index.entries, self.knowledge_base
        words = self.index.lexical.open(knowledge_base)
        entries.fill_words(words, sorted(shown - words.ids()))
        dense = self.index.dense.open(knowledge_base, self._embedder)
        entries.fill_vectors(dense, self.wanted.embedder, sorted(shown - dense.ids()))
        return sorted(shown)

    def searcher(self, live: Searcher, embedder: Embedder) -> Searcher:
        """Searches it as the live one is searched. A picture of now: make it anew after `fill`."""
        corpus = live.corpus
        if self.has_new_chunks:
            corpus = _Upcoming(self.index.corpus, self.chunk_ids() - self._repeats())
        return replace(
            live,
            corpus=corpus,
            lexical=_WordsAt(self.index.lexical, self._place_of_words),
            vectors=_VectorsAt(self.index.dense, self._place_of_vectors),
            embedder=embedder,
            on_ghosts=None,
            live=None,
        )

    def vectors(self) -> VectorIndex:
        return self.index.dense.open(self._place_of_vectors, self._embedder)

    def drop(self) -> None:
        """What lies beside the live index. A collection of new vectors waits for the next try."""
        place = beside(self.knowledge_base)
        self.index.lexical.drop(place)
        self.index.dense.drop(place)

    def _upcoming(self, *columns: Column[Any]) -> Select[Any]:
        """Of the chunks that the wanted chunker made of the live versions."""
        return (
            select(*columns)
            .join(documents, documents.c.live_version_id == chunks.c.version_id)
            .where(
                documents.c.knowledge_base_id == self.knowledge_base,
                documents.c.deleted_at.is_(None),
                chunks.c.chunker == self.wanted.chunker,
            )
        )

    def _repeats(self) -> set[ChunkId]:
        """What many documents repeat, but for one of each, as rankings will leave it out."""
        of_likeness: dict[str, dict[ChunkId, str]] = defaultdict(dict)
        query = self._upcoming(chunks.c.id, chunks.c.likeness, chunks.c.document_id)
        with self.index.corpus.database.read() as connection:
            for row in connection.execute(query.where(chunks.c.likeness != "")):
                of_likeness[row.likeness][ChunkId(row.id)] = row.document_id
        many = [alike for alike in of_likeness.values() if len(set(alike.values())) >= MANY]
        return {chunk for alike in many for chunk in sorted(alike)[1:]}

    @property
    def _embedder(self) -> EmbedderIdentity:
        return EmbedderIdentity.from_key(self.wanted.embedder)

    @property
    def _place_of_words(self) -> KnowledgeBaseId:
        return beside(self.knowledge_base) if self.has_new_chunks else self.knowledge_base

    @property
    def _place_of_vectors(self) -> KnowledgeBaseId:
        same_collection = self.has_new_chunks and not self.has_new_vectors
        return beside(self.knowledge_base) if same_collection else self.knowledge_base

    def _words(self) -> LexicalIndex:
        return self.index.lexical.open(self._place_of_words)


@dataclass(frozen=True, slots=True)
class _Upcoming:
    """VisibleChunks as they will be."""

    corpus: Corpus
    shown: frozenset[ChunkId]

    def visible(self, chunk_ids: Sequence[ChunkId], scope: Scope) -> dict[ChunkId, Passage]:
        found = self.corpus.passages([chunk for chunk in chunk_ids if chunk in self.shown])
        readable = scope.knowledge_bases
        return {c: p for c, p in found.items() if p.chunk.knowledge_base in readable}


@dataclass(frozen=True, slots=True)
class _WordsAt:
    """LexicalIndexes that look at one place, whichever knowledge base is asked for."""

    indexes: LexicalIndexes
    place: KnowledgeBaseId

    def open(self, _knowledge_base: KnowledgeBaseId) -> LexicalIndex:
        return self.indexes.open(self.place)

    def drop(self, _knowledge_base: KnowledgeBaseId) -> None:
        self.indexes.drop(self.place)


@dataclass(frozen=True, slots=True)
class _VectorsAt:
    """VectorIndexes that look at one place, whichever knowledge base is asked for."""

    indexes: VectorIndexes
    place: KnowledgeBaseId

    def open(self, _knowledge_base: KnowledgeBaseId, embedder: EmbedderIdentity) -> VectorIndex:
        return self.indexes.open(self.place, embedder)

    def drop(self, _knowledge_base: KnowledgeBaseId) -> None:
        self.indexes.drop(self.place)

    def drop_others(self, _knowledge_base: KnowledgeBaseId, keep: EmbedderIdentity) -> None:
        self.indexes.drop_others(self.place, keep)
