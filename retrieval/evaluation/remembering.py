"""An embedder that asks nothing twice: what it embedded lies in the store of vectors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.ports import Embedder, EmbedderIdentity
from retrieval.store.vectors import VectorStore, text_digest
from retrieval.types import Vector


@dataclass(frozen=True, slots=True)
class RememberingEmbedder:
    """retrieval.ports.Embedder. A question is kept under its text with the question's prefix."""

    embedder: Embedder
    store: VectorStore

    @property
    def identity(self) -> EmbedderIdentity:
        return self.embedder.identity

    def embed_question(self, question: str) -> Vector:
        digest = text_digest(self.identity.query_prefix + question)
        known = self.store.load(self.identity.key, [digest])
        if digest not in known:
            known = {digest: self.embedder.embed_question(question)}
            self.store.save(self.identity.key, known)
        return known[digest]

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        digests = [text_digest(text) for text in texts]
        known = self.store.load(self.identity.key, digests)
        fresh = {d: text for d, text in zip(digests, texts, strict=True) if d not in known}
        if fresh:
            rows = self.embedder.embed_passages(list(fresh.values()))
            made = dict(zip(fresh, rows, strict=True))
            self.store.save(self.identity.key, made)
            known |= made
        return np.stack([known[digest] for digest in digests])
