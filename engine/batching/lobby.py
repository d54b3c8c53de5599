"""The requests as every thread sees them: who is there, who came, who left."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.batching.admission import Crowd, Pace, refuse_overload
from engine.batching.generation import Generation
from engine.batching.queue import ahead_of
from engine.batching.sequence import TokenSequence
from engine.errors import NotReady
from engine.runners import Place

STOPPED = "The generator has stopped. Restart the engine; its log says why."


@dataclass(frozen=True, slots=True)
class Changes:
    """Since they were asked for last."""

    came: Sequence[Generation]
    left: Sequence[Generation]  # cancelled; who came and left is in both


class Lobby:
    """Under one lock, but for `find`. Whoever is cancelled is out of it at once."""

    def __init__(self, limit: Crowd, pace: Pace) -> None:
        self._limit = limit
        self._pace = pace
        self._changed = threading.Condition()
        self._open: dict[TokenSequence, Generation] = {}  # in the order of arrival
        self._came: list[Generation] = []
        self._left: list[Generation] = []
        self._closed = False

    def enter(self, generation: Generation) -> None:
        """Raises: NotReady, QueueFull."""
        sequence = generation.sequence
        with self._changed:
            if self._closed:
                raise NotReady(STOPPED, retry_after=30.0)
            refuse_overload(self._crowd(), self._limit, sequence.claim.size, self._pace)
            self._open[sequence] = generation
            self._came.append(generation)
            self._changed.notify_all()

    def cancel(self, generation: Generation) -> None:
        """Does nothing when it is over."""
        generation.cancelled = True
        with self._changed:
            if self._open.pop(generation.sequence, None) is not None:
                self._left.append(generation)
                self._changed.notify_all()

    def place(self, generation: Generation) -> Place | None:
        """None: it does not wait."""
        sequence = generation.sequence
        with self._changed:
            if sequence not in self._open or sequence.seat is not None:
                return None
            ahead = ahead_of(sequence, [one for one in self._open if one.seat is None])
        return Place(ahead.requests, self._pace.wait(ahead.tokens + sequence.claim.size))

    def crowd(self) -> Crowd:
        with self._changed:
            return self._crowd()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def changes(self, busy: Callable[[], bool]) -> Changes | None:
        """Waits for some unless there is work. None: it is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._came or self._left or busy())
            if self._closed:
                return None
            changes = Changes(self._came, self._left)
            self._came, self._left = [], []
        return changes

    def late(self, now: float) -> list[Generation]:
        """Those who wanted to be over by now."""
        with self._changed:
            return [one for one in self._open.values() if one.deadline <= now]

    def find(self, sequence: TokenSequence) -> Generation | None:
        """None: it was cancelled."""
        return self._open.get(sequence)

    def settle(self, sequence: TokenSequence) -> Generation | None:
        """It is over and makes room. None: it was cancelled."""
        with self._changed:
            return self._open.pop(sequence, None)

    def clear(self) -> list[Generation]:
        """Closes, and says who was there."""
        with self._changed:
            self._closed = True
            left = list(self._open.values())
            self._open.clear()
        return left

    def _crowd(self) -> Crowd:
        waiting = sum(one.seat is None for one in self._open)
        tokens = sum(one.claim.size for one in self._open)
        return Crowd(len(self._open) - waiting, waiting, tokens)
