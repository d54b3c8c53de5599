"""A stepper without a model: its cache holds tokens, so whoever reads a wrong block shows it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.batching.plan import Chosen, Room, Row, Stepper, Underway

EMPTY = -1


class PlainCache:
    """Remembers at each position of each block which token was computed there, and after which."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._tokens = [[EMPTY] * room.block_tokens for _ in range(room.blocks)]

    def write(self, row: Row) -> None:
        size = self.room.block_tokens
        for offset, token in enumerate(row.tokens):
            at = row.start + offset
            self._tokens[row.blocks[at // size]][at % size] = token

    def read(self, row: Row) -> list[int]:
        """All that the row's sequence sees: from its first token to the last of this step."""
        size = self.room.block_tokens
        length = row.start + len(row.tokens)
        return [self._tokens[row.blocks[at // size]][at % size] for at in range(length)]


class CacheStepper:
    """Chooses by what a row sees in the cache."""

    def __init__(self, room: Room, choose: Callable[[list[int]], int]) -> None:
        self.room = room
        self.steps = 0
        self.closed = threading.Event()
        self._cache = PlainCache(room)
        self._choose = choose

    def step(self, rows: Sequence[Row]) -> list[Chosen]:
        self.steps += 1
        self.check(rows)
        for row in rows:
            self._cache.write(row)
        return [
            Chosen(self._choose(self._cache.read(row)), -0.5)
            for row in rows
            if row.choice is not None
        ]

    def check(self, rows: Sequence[Row]) -> None:
        """What every stepper may rely on."""
        assert rows
        assert len({row.seat for row in rows}) == len(rows)
        assert all(0 <= row.seat < self.room.seats for row in rows)
        assert all(len(row.tokens) > 0 for row in rows)
        assert sum(len(row.tokens) for row in rows) <= self.room.step_tokens
        size = self.room.block_tokens
        assert all(len(row.blocks) * size >= row.start + len(row.tokens) for row in rows)
        written = [
            row.blocks[at // size]
            for row in rows
            for at in range(row.start, row.start + len(row.tokens), size)
        ]
        assert len(set(written)) == len(written), "two rows write into one block"

    def close(self) -> None:
        self.closed.set()


class Ahead:
    """The same stepper, but it computes only when its answer is read."""

    def __init__(self, stepper: Stepper) -> None:
        self.room = stepper.room
        self._stepper = stepper

    def step(self, rows: Sequence[Row]) -> Underway:
        kept = [replace(row, blocks=list(row.blocks)) for row in rows]
        return Underway(lambda: self._stepper.step(kept))

    def close(self) -> None:
        self._stepper.close()
