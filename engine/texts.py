"""Embedding and reranking as lanes: the model's part is one method each."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.lanes import Lane, Limits
from engine.runners import Embedded, Load, Ranked, Vector


@dataclass(frozen=True, slots=True)
class TextVector:
    vector: Vector  # (dimension,) of unit length
    tokens: int  # that the model read
    truncated: bool  # the text had more


class EmbeddingModel(Protocol):
    def embed(self, texts: Sequence[str]) -> list[TextVector]:
        """In input order. Raises: DeviceFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Pair:
    query: str
    document: str


@dataclass(frozen=True, slots=True)
class PairScore:
    score: float  # 0 to 1
    tokens: int


class RerankModel(Protocol):
    def score(self, pairs: Sequence[Pair]) -> list[PairScore]:
        """In input order. Raises: DeviceFailed."""
        ...


class EmbeddingLane:
    """EmbeddingRunner in one thread."""

    def __init__(self, model: EmbeddingModel, tokenizer: bytes, limits: Limits) -> None:
        self.tokenizer = tokenizer
        self._lane: Lane[str, TextVector, Embedded] = Lane(model.embed, _embedded, len, limits)

    def submit(self, texts: Sequence[str]) -> Future[Embedded]:
        return self._lane.submit(texts)

    def load(self) -> Load:
        return self._lane.load()

    def close(self) -> None:
        self._lane.close()


class RerankLane:
    """RerankRunner in one thread."""

    def __init__(self, model: RerankModel, limits: Limits) -> None:
        self._lane: Lane[Pair, PairScore, Ranked] = Lane(
            model.score, _ranked, lambda pair: len(pair.document), limits
        )

    def submit(self, query: str, documents: Sequence[str]) -> Future[Ranked]:
        return self._lane.submit([Pair(query, document) for document in documents])

    def load(self) -> Load:
        return self._lane.load()

    def close(self) -> None:
        self._lane.close()


def _embedded(texts: list[TextVector]) -> Embedded:
    return Embedded(
        vectors=np.stack([text.vector for text in texts]),
        tokens=sum(text.tokens for text in texts),
        truncated=sum(text.truncated for text in texts),
    )


def _ranked(pairs: list[PairScore]) -> Ranked:
    scores = np.array([pair.score for pair in pairs], np.float32)
    return Ranked(scores, sum(pair.tokens for pair in pairs))
