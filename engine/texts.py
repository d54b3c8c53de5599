"""Embedding and reranking as lanes: the model's part is one method each."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from engine.lanes import Crew, Lane, Limits
from engine.runners import Embedded, Haste, Head, Load, Ranked, Sparse, Vector


@dataclass(frozen=True, slots=True)
class TextVector:
    vector: Vector  # (dimension,) of unit length
    tokens: int  # that the model read
    truncated: bool  # the text had more
    sparse: Sparse | None = None  # these two where they were asked for
    multi_vector: Vector | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A text and what is to be made of it besides its vector; equal for all of one job."""

    text: str
    heads: frozenset[Head]


class EmbeddingModel(Protocol):
    def embed(self, texts: Sequence[str], heads: frozenset[Head] = frozenset()) -> list[TextVector]:
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


@dataclass(frozen=True, slots=True)
class Staff:
    """Who embeds, and how much at once: sizes are `rough_tokens`, in sum."""

    now: Crew
    background: Crew
    now_slice: int  # what a question may have to wait for
    background_slice: int
    max_queue: int  # jobs, for each of the two


class EmbeddingLane:
    """EmbeddingRunner with threads for people and threads for the night.

    Each kind has its own: a question never waits for a batch of passages to end, and where the
    threads of the night are `unhurried` the kernel gives the question a core at once.
    """

    def __init__(
        self,
        model: EmbeddingModel,
        tokenizer: bytes,
        staff: Staff,
        background: EmbeddingModel | None = None,
    ) -> None:
        """`background`: the same model, where it works otherwise for the night."""
        self.tokenizer = tokenizer

        def work(model: EmbeddingModel, wanted: Sequence[Wanted]) -> list[TextVector]:
            return model.embed([one.text for one in wanted], wanted[0].heads)

        self._lanes: dict[Haste, Lane[Wanted, TextVector, Embedded]] = {
            Haste.NOW: Lane(
                partial(work, model),
                _embedded,
                _size,
                Limits(staff.now_slice, staff.max_queue),
                staff.now,
            ),
            Haste.BACKGROUND: Lane(
                partial(work, background or model),
                _embedded,
                _size,
                Limits(staff.background_slice, staff.max_queue),
                staff.background,
            ),
        }

    def submit(
        self, texts: Sequence[str], haste: Haste, heads: frozenset[Head] = frozenset()
    ) -> Future[Embedded]:
        return self._lanes[haste].submit([Wanted(text, heads) for text in texts])

    def load(self) -> Load:
        loads = [lane.load() for lane in self._lanes.values()]
        return Load(sum(one.running for one in loads), sum(one.waiting for one in loads))

    def close(self) -> None:
        for lane in self._lanes.values():
            lane.close()


def rough_tokens(text: str) -> int:
    """Near enough for sizes: an English token has four bytes, a Chinese one three or four."""
    return len(text.encode(errors="replace")) // 4 + 2


def _size(wanted: Wanted) -> int:
    return rough_tokens(wanted.text)


class RerankLane:
    """RerankRunner in one thread."""

    def __init__(self, model: RerankModel, limits: Limits) -> None:
        self._lane: Lane[Pair, PairScore, Ranked] = Lane(
            model.score, _ranked, lambda pair: rough_tokens(pair.document), limits
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
        sparse=tuple(text.sparse for text in texts if text.sparse is not None),
        multi_vector=tuple(text.multi_vector for text in texts if text.multi_vector is not None),
    )


def _ranked(pairs: list[PairScore]) -> Ranked:
    scores = np.array([pair.score for pair in pairs], np.float32)
    return Ranked(scores, sum(pair.tokens for pair in pairs))
