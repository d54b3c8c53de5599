"""Batch runners over caches without a model, and clients that wait for their answers."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from plain_cache import CacheStepper

from engine.batching.admission import Limits
from engine.batching.batch_runner import BatchRunner
from engine.batching.language import Habits, Prompt
from engine.batching.plan import Choice, Room, Stepper
from engine.runners import Event, Failure, Finish, Piece, Sampling, Ticket, Turn

END = 3


class Letters:
    """A token is a letter. The prompt is what all the turns say."""

    def __init__(self, *, reasons: bool = False) -> None:
        self.habits = Habits(frozenset({END}), tuple(map(ord, "</think>")), Choice())
        self._reasons = reasons

    def encode(self, turns: Sequence[Turn]) -> Prompt:
        text = "".join(turn.content for turn in turns)
        return Prompt(tuple(map(ord, text)), self._reasons, self._reasons)

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(map(chr, ids))


class Client:
    """Collects what it is told until it is over."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._ended = threading.Event()

    def emit(self, event: Event) -> None:
        assert not self._ended.is_set(), "something follows the end"
        self.events.append(event)
        if isinstance(event, Finish | Failure):
            self._ended.set()

    def ask(self, runner: BatchRunner, text: str, sampling: Sampling | None = None) -> Ticket:
        return runner.submit([Turn("user", text)], sampling or Sampling(), self.emit)

    def wait(self) -> Event:
        assert self._ended.wait(20)
        return self.events[-1]

    @property
    def pieces(self) -> list[Piece]:
        return [event for event in self.events if isinstance(event, Piece)]

    @property
    def content(self) -> str:
        return "".join(piece.content for piece in self.pieces)

    @property
    def reasoning(self) -> str:
        return "".join(piece.reasoning for piece in self.pieces)


def writing(script: str) -> Callable[[list[int]], int]:
    """Chooses the letters of `script` after a prompt that ends with `>`."""

    def choose(seen: list[int]) -> int:
        said = len(seen) - 1 - "".join(map(chr, seen)).index(">")
        return ord(script[said]) if said < len(script) else END

    return choose


class GatedStepper(CacheStepper):
    """Takes a step for each permit."""

    def __init__(self, room: Room, choose: Callable[[list[int]], int]) -> None:
        super().__init__(room, choose)
        self.permits = threading.Semaphore(0)
        self.inside = threading.Semaphore(0)  # a step has begun

    def step(self, rows):
        self.inside.release()
        assert self.permits.acquire(timeout=20)
        return super().step(rows)


@contextmanager
def running(
    stepper: CacheStepper,
    language: Letters | None = None,
    limits: Limits | None = None,
    wrap: Callable[[Stepper], Stepper] = lambda stepper: stepper,
    **more,
) -> Iterator[BatchRunner]:
    limits = limits or Limits(10_000, 1_000)
    runner = BatchRunner(language or Letters(), wrap(stepper), limits, **more)
    try:
        yield runner
    finally:
        if isinstance(stepper, GatedStepper):
            stepper.permits.release(100_000)
        runner.close()
        assert stepper.closed.is_set()
