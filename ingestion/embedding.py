"""Vectors for the chunks of a version: computes those that SQL does not have yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from retrieval.ports import Embedder
from retrieval.vectors import VectorStore

BATCH = 32  # texts a request: a few seconds of work on two cores, so progress moves


@dataclass(frozen=True, slots=True)
class MissingVectors:
    store: VectorStore
    embedder: Embedder

    def embed(self, texts: Mapping[str, str], on_progress: Callable[[int, int], None]) -> int:
        """Embeds the texts (by digest) that have no vector; returns how many were computed.

        Each batch is kept as soon as it is there, so a crash repeats one batch at most.
        Raises: Unavailable, Overloaded.
        """
        key = self.embedder.identity.key
        known = self.store.known(key, list(texts))
        missing = [digest for digest in texts if digest not in known]
        on_progress(len(texts) - len(missing), len(texts))
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            rows = self.embedder.embed_passages([texts[digest] for digest in batch])
            self.store.save(key, dict(zip(batch, rows, strict=True)))
            on_progress(len(texts) - len(missing) + start + len(batch), len(texts))
        return len(missing)
