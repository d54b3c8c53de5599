"""What the HTTP server knows of the models: three small protocols and the values they speak in.

A runner owns its threads, its queue and its devices. The server hands work in and takes events or a
future back; how the work is scheduled is the runner's own business.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """None means: as the model's own generation_config.json says."""

    max_tokens: int | None = None  # of the completion, reasoning included; None: all the room
    temperature: float | None = None  # 0 is greedy
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()  # looked for in the content, not in the reasoning
    top_k: int | None = None  # 0: all
    min_p: float | None = None
    repetition_penalty: float | None = None
    reasoning_budget: int | None = None  # tokens, after which the reasoning is closed; None: no end
    logprobs: bool = False
    user: str = ""  # shares are equal between users; all who give no name are one
    priority: int = 0  # higher goes first
    deadline: float | None = None  # seconds from the request on
    schema: Mapping[str, Any] | None = None  # JSON schema that the content follows; None: any text


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Of a token that was chosen."""

    text: str
    logprob: float


@dataclass(frozen=True, slots=True)
class Piece:
    """Text as it is made. Exactly one of the first two is not empty."""

    content: str = ""
    reasoning: str = ""
    likelihoods: tuple[Likelihood, ...] = ()  # where asked for: of the tokens since the last piece

    def joined(self, following: "Piece") -> "Piece | None":
        """Both as one; None where one is reasoning and the other is not."""
        if bool(self.reasoning) != bool(following.reasoning):
            return None
        return Piece(
            self.content + following.content,
            self.reasoning + following.reasoning,
            self.likelihoods + following.likelihoods,
        )


@dataclass(frozen=True, slots=True)
class Finish:
    """The last event of a generation that went well."""

    reason: Literal["stop", "length"]
    completion_tokens: int
    reasoning_tokens: int


@dataclass(frozen=True, slots=True)
class Failure:
    """The last event of a generation that did not."""

    error: EngineError


Event = Piece | Finish | Failure


@dataclass(frozen=True, slots=True)
class Place:
    """In the queue, as far as one can know."""

    ahead: int  # requests
    seconds: float  # until it begins


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a generation came, or has come."""

    queued: float | None  # seconds until it was begun; None: not yet
    cached_tokens: int  # of the prompt, not computed again
    completion_tokens: int
    reasoning_tokens: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """A generation that waits or runs."""

    prompt_tokens: int
    cancel: Callable[[], None]  # ends it within a token; does nothing when it is over
    place: Callable[[], Place | None]  # None: it does not wait
    progress: Callable[[], Progress]


STEP_SIZES = (1, 4, 16, 64, 256, 1024, 4096)  # each the most of its class; larger ones follow


@dataclass(frozen=True, slots=True)
class CacheUse:
    """Of the keys and values that running answers share, and what sharing saved."""

    blocks_in_use: int
    blocks: int
    computed_tokens: int  # since the start, as all that follows
    sought_tokens: int  # of those who got a seat
    shared_tokens: int  # of these, found in the cache
    preemptions: int
    steps: tuple[int, ...]  # by their tokens: as STEP_SIZES cuts them


@dataclass(frozen=True, slots=True)
class Load:
    running: int
    waiting: int
    cache: CacheUse | None = None


class Runner(Protocol):
    """What the runners of every role share."""

    def load(self) -> Load:
        """What is going on right now."""
        ...

    def close(self) -> None:
        """Cancels everything and ends the threads."""
        ...


class GenerationRunner(Runner, Protocol):
    def submit(
        self, turns: Sequence[Turn], sampling: Sampling, emit: Callable[[Event], None]
    ) -> Ticket:
        """Queues a generation. `emit` is called from a thread of the runner; a Finish or Failure
        is the last call, and after a cancel there may be none.

        Raises: QueueFull, and BadRequest when the prompt leaves no room in the context.
        """
        ...


Head = Literal["sparse", "multi_vector"]  # what a model may give besides the dense vector
Sparse = Mapping[int, float]  # token id → weight


@dataclass(frozen=True, slots=True)
class Embedded:
    """`vectors` (n, dimension) float32 of unit length, in input order."""

    vectors: Vector
    tokens: int
    truncated: int  # texts that were longer than the model reads
    # Where they were asked for, likewise; else empty.
    sparse: tuple[Sparse, ...] = ()
    multi_vector: tuple[Vector, ...] = ()  # each (tokens, dimension)


class Haste(Enum):
    """Who waits for it: a person, or the night."""

    NOW = auto()
    BACKGROUND = auto()


class EmbeddingRunner(Runner, Protocol):
    tokenizer: bytes  # its tokenizer.json, as the `tokenizers` library reads it

    def submit(
        self, texts: Sequence[str], haste: Haste, heads: frozenset[Head] = frozenset()
    ) -> Future[Embedded]:
        """`heads`: among those that the model's card names. Cancelling the future drops what is
        not yet computed. Raises: QueueFull.
        """
        ...


@dataclass(frozen=True, slots=True)
class Ranked:
    """`scores` (n,) float32 in input order, between 0 and 1; higher is better."""

    scores: Vector
    tokens: int


class RerankRunner(Runner, Protocol):
    def submit(self, query: str, documents: Sequence[str]) -> Future[Ranked]:
        """Cancelling the future drops what is not yet computed. Raises: QueueFull."""
        ...
