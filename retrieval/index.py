"""Both indexes of a knowledge base as one: caches of SQL that hold at least what is visible."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import select

from retrieval.corpus import Corpus, batches
from retrieval.errors import Unavailable
from retrieval.ports import (
    EmbedderIdentity,
    LexicalEntry,
    LexicalIndexes,
    VectorIndexes,
)
from retrieval.tables import chunks, documents
from retrieval.types import ChunkId, KnowledgeBaseId
from retrieval.vectors import VectorStore

PROBES = 8  # vectors that the index is asked for, to see whether it finds them
SAME = 0.98  # cosine of a vector with itself, as an approximate index computes it


@dataclass(frozen=True, slots=True)
class Difference:
    """What the two indexes lack and what they hold too much, against the live revision."""

    missing_lexical: frozenset[ChunkId]
    missing_dense: frozenset[ChunkId]
    dead_lexical: frozenset[ChunkId]
    dead_dense: frozenset[ChunkId]
    without_vector: frozenset[ChunkId]  # visible, but SQL holds no vector of this embedder

    @property
    def is_empty(self) -> bool:
        return not (
            self.missing_lexical
            or self.missing_dense
            or self.dead_lexical
            or self.dead_dense
            or self.without_vector
        )


@dataclass(frozen=True, slots=True)
class Index:
    corpus: Corpus
    vectors: VectorStore
    lexical: LexicalIndexes
    dense: VectorIndexes
    embedder: EmbedderIdentity
    _changing: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Held from `add` until the commit: `sync` must not take unborn chunks for dead ones."""
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
                self.dense.open(knowledge_base, self.embedder).remove(chunk_ids)

    def drop(self, knowledge_base: KnowledgeBaseId) -> None:
        with self._changing:
            self.lexical.drop(knowledge_base)
            self.dense.drop(knowledge_base)

    def compare(self, knowledge_base: KnowledgeBaseId) -> Difference:
        """The difference to SQL. Changes nothing. Raises: Unavailable for a damaged index."""
        with self._changing:
            visible = self.corpus.visible_ids(knowledge_base)
            lexical = self.lexical.open(knowledge_base).ids()
            dense = self._dense_ids(knowledge_base)
        with_vector = self._with_vector(sorted(visible))
        return Difference(
            missing_lexical=visible - lexical,
            missing_dense=(visible & with_vector) - dense,
            dead_lexical=lexical - visible,
            dead_dense=dense - visible,
            without_vector=visible - with_vector,
        )

    def sync(self, knowledge_base: KnowledgeBaseId) -> Difference:
        """Applies the difference, without calling a model; returns what it was.

        Level-triggered and idempotent: crash recovery, `doctor --repair` and rebuild are this. An
        index that cannot be read is thrown away first and filled again.
        """
        with self._changing:
            self._drop_damaged(knowledge_base)
            difference = self.compare(knowledge_base)
            self._add_lexical(knowledge_base, sorted(difference.missing_lexical))
            self._add_dense(knowledge_base, sorted(difference.missing_dense))
            if difference.dead_lexical:
                self.lexical.open(knowledge_base).remove(sorted(difference.dead_lexical))
            if difference.dead_dense:
                dense = self.dense.open(knowledge_base, self.embedder)
                dense.remove(sorted(difference.dead_dense))
        return difference

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
        index = self.dense.open(knowledge_base, self.embedder)
        listed = index.ids()
        # Chroma lists ids from its SQLite file, also when the file of the vectors is lost.
        probes = sorted(listed)[:: len(listed) // PROBES + 1]
        digests = self._digests(probes)
        for vector in self.vectors.load(self.embedder.key, list(digests.values())).values():
            nearest = index.search(vector, 1)
            if not nearest or nearest[0].score < SAME:
                raise Unavailable(
                    "The vector index does not find what it holds. Run `colophon doctor --repair`."
                )
        return listed

    def _add_lexical(self, knowledge_base: KnowledgeBaseId, chunk_ids: Sequence[ChunkId]) -> None:
        query = select(chunks.c.id, chunks.c.text, chunks.c.headings, documents.c.title).join(
            documents, documents.c.id == chunks.c.document_id
        )
        entries: list[LexicalEntry] = []
        with self.corpus.database.read() as connection:
            for batch in batches(chunk_ids):
                for row in connection.execute(query.where(chunks.c.id.in_(batch))):
                    headings = " ".join(row.headings)
                    entries.append(LexicalEntry(ChunkId(row.id), row.text, row.title, headings))
        if entries:
            self.lexical.open(knowledge_base).add(entries)

    def _add_dense(self, knowledge_base: KnowledgeBaseId, chunk_ids: Sequence[ChunkId]) -> None:
        index = self.dense.open(knowledge_base, self.embedder)
        for batch in batches(chunk_ids):
            digests = self._digests(batch)
            stored = self.vectors.load(self.embedder.key, list(digests.values()))
            present = [chunk for chunk in batch if digests.get(chunk) in stored]
            if present:
                index.add(present, np.stack([stored[digests[chunk]] for chunk in present]))

    def _digests(self, chunk_ids: Sequence[ChunkId]) -> dict[ChunkId, str]:
        query = select(chunks.c.id, chunks.c.embedded_sha256).where(chunks.c.id.in_(chunk_ids))
        with self.corpus.database.read() as connection:
            return {ChunkId(row.id): row.embedded_sha256 for row in connection.execute(query)}

    def _with_vector(self, chunk_ids: Sequence[ChunkId]) -> frozenset[ChunkId]:
        found: set[ChunkId] = set()
        for batch in batches(chunk_ids):
            digests = self._digests(batch)
            known = self.vectors.known(self.embedder.key, list(digests.values()))
            found.update(chunk for chunk, digest in digests.items() if digest in known)
        return frozenset(found)
