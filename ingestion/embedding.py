"""Vectors for the chunks of a version: computes those that SQL does not have yet."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from retrieval.ports import Embedder
from retrieval.store.vectors import VectorStore
from retrieval.types import Vector

BATCH_BYTES = 16_000  # about 4,000 tokens a request: a second or two, so progress moves
AHEAD = 2  # requests on their way, so that the embedder never waits for this side


@dataclass(frozen=True, slots=True)
class MissingVectors:
    store: VectorStore
    embedder: Embedder

    def embed(self, texts: Mapping[str, str], on_progress: Callable[[int, int], None]) -> int:
        """Embeds the texts (by digest) that have no vector; returns how many were computed.

        Each batch is kept as soon as it is there, so a crash repeats two batches at most.
        Raises: Unavailable, Overloaded.
        """
        key = self.embedder.identity.key
        known = self.store.known(key, list(texts))
        missing = {digest: text for digest, text in texts.items() if digest not in known}
        done = len(texts) - len(missing)
        on_progress(done, len(texts))
        for digests, rows in self._embedded(missing):
            self.store.save(key, dict(zip(digests, rows, strict=True)))
            done += len(digests)
            on_progress(done, len(texts))
        return len(missing)

    def _embedded(self, texts: Mapping[str, str]) -> Iterator[tuple[list[str], Vector]]:
        waiting: deque[tuple[list[str], Future[Vector]]] = deque()
        with ThreadPoolExecutor(AHEAD, "embed") as sending:
            try:
                for digests in batches(texts):
                    batch = [texts[digest] for digest in digests]
                    waiting.append((digests, sending.submit(self.embedder.embed_passages, batch)))
                    if len(waiting) > AHEAD:
                        yield _first(waiting)
                while waiting:
                    yield _first(waiting)
            finally:
                for _, future in waiting:
                    future.cancel()


def _first(waiting: deque[tuple[list[str], Future[Vector]]]) -> tuple[list[str], Vector]:
    digests, future = waiting.popleft()
    return digests, future.result()


def batches(texts: Mapping[str, str]) -> Iterator[list[str]]:
    """Digests, the shortest texts first: a batch is padded to its longest."""
    sizes = {digest: len(text.encode()) for digest, text in texts.items()}
    batch: list[str] = []
    filled = 0
    for digest in sorted(texts, key=lambda digest: sizes[digest]):
        if batch and filled + sizes[digest] > BATCH_BYTES:
            yield batch
            batch, filled = [], 0
        batch.append(digest)
        filled += sizes[digest]
    if batch:
        yield batch
