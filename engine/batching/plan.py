"""What one step of the model computes: the seam between the scheduler and whatever runs the model.

No torch here. A step takes a few tokens of each sequence in it: one of those that generate, a chunk
of those whose prompt is still being read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Choice:
    """How the next token is chosen. Defaults change nothing."""

    temperature: float = 0.0  # 0 is greedy
    top_p: float = 1.0
    top_k: int = 0  # 0: all
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One sequence's share of a step."""

    seat: int  # in [0, seats): the same from its first step to its last
    tokens: Sequence[int]  # to be computed now, at least one
    start: int  # tokens before them whose keys and values lie in `blocks`
    blocks: Sequence[int]  # block table with room for start + len(tokens) positions
    choice: Choice | None  # how to choose the token after the last; None: the prompt goes on
    # A bit for each token that may be chosen, the lowest first; None: all may. Called once, as late
    # as can be: it is made while the device computes.
    allowed: Callable[[], bytes] | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """One for each Row with a choice, in the order of the rows."""

    token: int
    logprob: float


@dataclass(frozen=True, slots=True)
class Room:
    """What the device has room for."""

    blocks: int  # of the key-value cache
    block_tokens: int  # positions in each
    seats: int  # sequences in one step
    step_tokens: int  # tokens in one step


@dataclass(frozen=True, slots=True)
class Underway:
    """A step that the device still computes, while the text of the last one is made."""

    read: Callable[[], Sequence[Chosen]]  # waits for it; called once. Raises: DeviceFailed.


class Stepper(Protocol):
    """The model with its cache. Called from one thread."""

    room: Room

    def step(self, rows: Sequence[Row]) -> Sequence[Chosen] | Underway:
        """`blocks` of the rows are looked at before it returns. Raises: DeviceFailed."""
        ...

    def close(self) -> None: ...
