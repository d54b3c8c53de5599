"""Both indexes of a knowledge base as one: caches of SQL that hold at least what is visible."""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from retrieval.errors import Unavailable
from retrieval.indexes.difference import Difference, Held
from retrieval.indexes.entries import Entries
from retrieval.ports import EmbedderIdentity, StoredLexicalIndexes, StoredVectorIndexes
from retrieval.store.corpus import Corpus
from retrieval.store.live import built_with
from retrieval.store.revisions import visible_among
from retrieval.store.vectors import VectorStore
from retrieval.types import ChunkId, KnowledgeBaseId

PROBES = 8  # vectors that the index is asked for, to see whether it finds them
SAME = 0.98  # cosine of a vector with itself, as an approximate index computes it


def beside(knowledge_base: KnowledgeBaseId) -> KnowledgeBaseId:
    """Where the next index is built when it cannot lie in the live one's own place."""
    return KnowledgeBaseId(f"{knowledge_base}-next")


@dataclass(frozen=True, slots=True)
class Index:
    corpus: Corpus
    vectors: VectorStore
    lexical: StoredLexicalIndexes
    dense: StoredVectorIndexes
    embedder: EmbedderIdentity  # of knowledge bases that have no index yet; see `embedder_of`
    _changing: threading.RLock = field(default_factory=threading.RLock)
    _leaving: deque[tuple[KnowledgeBaseId, Sequence[ChunkId]]] = field(default_factory=deque)

    @property
    def entries(self) -> Entries:
        return Entries(self.corpus.database, self.vectors)

    def embedder_of(self, knowledge_base: KnowledgeBaseId) -> EmbedderIdentity:
        """Of its live vectors; before its first commit, the one that the settings name."""
        with self.corpus.database.read() as connection:
            live = built_with(connection, knowledge_base)
        return EmbedderIdentity.from_key(live.embedder) if live else self.embedder

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Held from `add` until the commit: `sync` must not take unborn chunks for dead ones.

        Nothing is born without it, and no entry leaves without it. But chunks may die at any time:
        a commit decides by what its own transaction sees.
        """
        with self._changing:
            yield

    def add(self, knowledge_base: KnowledgeBaseId, chunk_ids: Sequence[ChunkId]) -> None:
        """Puts stored chunks into both indexes. Adding twice is harmless."""
        with self._changing:
            self._add_lexical(knowledge_base, chunk_ids)
            self._add_dense(knowledge_base, chunk_ids)

    def remove(self, knowledge_base: KnowledgeBaseId, chunk_ids: Sequence[ChunkId]) -> None:
        """Takes chunks out of both indexes. Removing what is not there is harmless."""
        if chunk_ids:
            with self._changing:
                self.lexical.open(knowledge_base).remove(chunk_ids)
                embedder = self.embedder_of(knowledge_base)
                self.dense.open(knowledge_base, embedder).remove(chunk_ids)

    def leave(self, knowledge_base: KnowledgeBaseId, died: Sequence[ChunkId]) -> bool:
        """Sweeps what a transaction made invisible, unless others change something now.

        Then it is False, and somebody who may wait has to call `let_leave`.
        """
        self._leaving.append((knowledge_base, died))
        if not self._changing.acquire(blocking=False):
            return False
        try:
            self.let_leave()
        finally:
            self._changing.release()
        return True

    def let_leave(self) -> None:
        """Sweeps what could not leave at once, when nobody changes anything any more."""
        with self._changing:
            while self._leaving:
                self.sweep(*self._leaving.popleft())

    def sweep(self, knowledge_base: KnowledgeBaseId, suspects: Sequence[ChunkId]) -> None:
        """Takes out those that the live revision does not show. One that was being born lives now:
        births hold the same lock.
        """
        with self._changing:
            if self.corpus.knowledge_base(knowledge_base) is None:
                return  # with its indexes; looking into them would make empty ones
            with self.corpus.database.read() as connection:
                alive = visible_among(connection, suspects)
            self.remove(knowledge_base, [chunk for chunk in suspects if chunk not in alive])

    def drop(self, knowledge_base: KnowledgeBaseId) -> None:
        """The live index, and what is built beside it."""
        with self._changing:
            for place in (knowledge_base, beside(knowledge_base)):
                self.lexical.drop(place)
                self.dense.drop(place)

    def compare(self, knowledge_base: KnowledgeBaseId) -> Difference:
        """The difference to SQL, once what was removed has left. Mends nothing.

        Raises: Unavailable for a damaged index.
        """
        with self._changing:
            self.let_leave()
            held = self._held(knowledge_base)
        return self._difference(knowledge_base, held)

    def _held(self, knowledge_base: KnowledgeBaseId) -> Held:
        return Held(
            self.corpus.visible_ids(knowledge_base),
            self.lexical.open(knowledge_base).ids(),
            self._dense_ids(knowledge_base),
        )

    def _difference(self, knowledge_base: KnowledgeBaseId, held: Held) -> Difference:
        embedder = self.embedder_of(knowledge_base).key
        with_vector = self.entries.with_vector(embedder, sorted(held.visible))
        return Difference.between(held, with_vector)

    def sync(self, knowledge_base: KnowledgeBaseId) -> Difference:
        """Applies the difference, without calling a model; returns what it was.

        Level-triggered and idempotent: crash recovery, `doctor --repair` and rebuild are this. An
        index that cannot be read is thrown away first and filled again. Commits do not wait for one
        that finds nothing to do.
        """
        seen = self._seen(knowledge_base)
        if seen is not None and seen.is_empty:
            return seen
        with self._changing:
            self._drop_damaged(knowledge_base)
            difference = self.compare(knowledge_base)
            self._add_lexical(knowledge_base, sorted(difference.missing_lexical))
            self._add_dense(knowledge_base, sorted(difference.missing_dense))
            if difference.dead_lexical:
                self.lexical.open(knowledge_base).remove(sorted(difference.dead_lexical))
            if difference.dead_dense:
                dense = self.dense.open(knowledge_base, self.embedder_of(knowledge_base))
                dense.remove(sorted(difference.dead_dense))
        return difference

    def rewrite(self, knowledge_base: KnowledgeBaseId) -> None:
        """Both indexes anew from SQL: nothing of what was removed stays in their files.

        What is built beside the live index is thrown away; a re-index builds it again.
        """
        with self._changing:
            shown = sorted(self.corpus.visible_ids(knowledge_base))
            embedder = self.embedder_of(knowledge_base)
            self.lexical.drop(beside(knowledge_base))
            self.dense.drop(beside(knowledge_base))
            self.dense.drop_others(knowledge_base, embedder)
            self.lexical.rewrite(knowledge_base, self.entries.words(shown))
            vectors = self.entries.with_vectors(embedder.key, shown)
            self.dense.rewrite(knowledge_base, embedder, vectors)

    def _seen(self, knowledge_base: KnowledgeBaseId) -> Difference | None:
        """The difference while others may change it; None for an index that cannot be read."""
        try:
            return self._difference(knowledge_base, self._held(knowledge_base))
        except Unavailable:
            return None

    def _drop_damaged(self, knowledge_base: KnowledgeBaseId) -> None:
        try:
            self.lexical.open(knowledge_base)
        except Unavailable:
            self.lexical.drop(knowledge_base)
        try:
            self._dense_ids(knowledge_base)
        except Unavailable:
            self.dense.drop(knowledge_base)

    def _dense_ids(self, knowledge_base: KnowledgeBaseId) -> frozenset[ChunkId]:
        """Raises: Unavailable when it cannot be read, or does not find what it lists."""
        embedder = self.embedder_of(knowledge_base)
        index = self.dense.open(knowledge_base, embedder)
        listed = index.ids()
        # Chroma lists ids from its SQLite file, also when the file of the vectors is lost.
        probes = sorted(listed)[:: len(listed) // PROBES + 1]
        digests = self.entries.digests(probes)
        for vector in self.vectors.load(embedder.key, list(digests.values())).values():
            nearest = index.search(vector, 1)
            if not nearest or nearest[0].score < SAME:
                raise Unavailable(
                    "The vector index does not find what it holds. Run `colophon doctor --repair`."
                )
        return listed

    def _add_lexical(self, knowledge_base: KnowledgeBaseId, chunk_ids: Sequence[ChunkId]) -> None:
        self.entries.fill_words(self.lexical.open(knowledge_base), chunk_ids)

    def _add_dense(self, knowledge_base: KnowledgeBaseId, chunk_ids: Sequence[ChunkId]) -> None:
        embedder = self.embedder_of(knowledge_base)
        self.entries.fill_vectors(
            self.dense.open(knowledge_base, embedder), embedder.key, chunk_ids
        )
