"""The vector index in memory, exact: for tests, and the truth that Chroma is checked by."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from retrieval.ports import EmbedderIdentity, Hit
from retrieval.types import ChunkId, KnowledgeBaseId, Vector


class MemoryIndex:
    def __init__(self) -> None:
        self._vectors: dict[ChunkId, Vector] = {}
        self._lock = threading.Lock()

    def add(self, chunks: Sequence[ChunkId], vectors: Vector) -> None:
        """`vectors` are unit length, (len(chunks), dim) float32."""
        with self._lock:
            for chunk, vector in zip(chunks, vectors, strict=True):
                self._vectors.setdefault(chunk, vector)

    def remove(self, chunks: Sequence[ChunkId]) -> None:
        with self._lock:
            for chunk in chunks:
                self._vectors.pop(chunk, None)

    def search(self, vector: Vector, limit: int) -> list[Hit]:
        """Best first; score is the cosine."""
        with self._lock:
            chunks = list(self._vectors)
            rows = list(self._vectors.values())
        if not rows:
            return []
        cosines = np.stack(rows) @ vector
        best = np.argsort(-cosines, kind="stable")[: max(limit, 0)]
        return [Hit(chunks[i], float(cosines[i])) for i in best]

    def ids(self) -> frozenset[ChunkId]:
        with self._lock:
            return frozenset(self._vectors)


@dataclass(frozen=True, slots=True)
class MemoryIndexes:
    _opened: dict[tuple[KnowledgeBaseId, str], MemoryIndex] = field(default_factory=dict)

    def open(self, knowledge_base: KnowledgeBaseId, embedder: EmbedderIdentity) -> MemoryIndex:
        return self._opened.setdefault((knowledge_base, embedder.key), MemoryIndex())

    def drop(self, knowledge_base: KnowledgeBaseId) -> None:
        for key in [key for key in self._opened if key[0] == knowledge_base]:
            del self._opened[key]

    def rewrite(
        self,
        knowledge_base: KnowledgeBaseId,
        embedder: EmbedderIdentity,
        batches: Iterable[tuple[Sequence[ChunkId], Vector]],
    ) -> None:
        fresh = MemoryIndex()
        for chunks, vectors in batches:
            fresh.add(chunks, vectors)
        self._opened[knowledge_base, embedder.key] = fresh

    def drop_others(self, knowledge_base: KnowledgeBaseId, keep: EmbedderIdentity) -> None:
        """Removes the indexes of every embedder but this one."""
        for key in [key for key in self._opened if key[0] == knowledge_base]:
            if key[1] != keep.key:
                del self._opened[key]
