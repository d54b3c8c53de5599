"""Which tokens of which sequences the next step computes.

Continuous batching with chunked prefill: whoever writes takes part in every step, what is left of
the step's tokens reads prompts. When blocks run out, the youngest of the lowest class gives its own
back and is computed again later.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.batching.blocks import BlockPool
from engine.batching.fairness import ANSWER_WEIGHT, PROMPT_WEIGHT, Accounts
from engine.batching.plan import Room, Row
from engine.batching.queue import FairQueue
from engine.batching.sequence import TokenSequence
from engine.runners import STEP_SIZES, CacheUse

_FEW = 16  # tokens to compute that still count as writing: a chosen one, or several that are forced


@dataclass(frozen=True, slots=True)
class Plan:
    """`rows` for the stepper; `sequences` whose they are, in the same order."""

    rows: Sequence[Row]
    sequences: Sequence[TokenSequence]

    def choosing(self) -> list[TokenSequence]:
        """Those after whose tokens one is chosen, in order."""
        pairs = zip(self.rows, self.sequences, strict=True)
        return [sequence for row, sequence in pairs if row.choice is not None]


class Scheduler:
    """Not for several threads. A sequence must fit into an empty cache, whole.

    `clock` counts seconds.
    """

    def __init__(self, room: Room, clock: Callable[[], float]) -> None:
        self._room = room
        self._clock = clock
        self._pool = BlockPool(room.blocks)
        self._accounts = Accounts()
        self._queue = FairQueue(self._accounts)
        self._running: dict[TokenSequence, None] = {}  # in the order in which they were seated
        self._seats = list(range(min(room.seats, room.step_tokens) - 1, -1, -1))
        self._computed = self._sought = self._shared = self._preemptions = 0
        self._steps = [0] * (len(STEP_SIZES) + 1)

    @property
    def busy(self) -> bool:
        return bool(self._running or len(self._queue))

    @property
    def done(self) -> int:
        """Tokens computed, or found in the cache, since the start."""
        return self._computed + self._shared

    def use(self) -> CacheUse:
        return CacheUse(
            self._pool.in_use,
            self._room.blocks,
            self._computed,
            self._sought,
            self._shared,
            self._preemptions,
            tuple(self._steps),
        )

    def add(self, sequence: TokenSequence) -> None:
        self._queue.put(sequence, self._clock())

    def drop(self, sequence: TokenSequence) -> None:
        """It is over: its blocks and its seat are free. Does nothing when it is not here."""
        if sequence.seat is None:
            self._queue.remove(sequence)
        else:
            self._unseat(sequence)

    def drop_running(self) -> list[TokenSequence]:
        """The device lost all that it knew. Those that wait stay."""
        lost = list(self._running)
        for sequence in lost:
            self._unseat(sequence)
        self._pool.forget_all()
        return lost

    def plan(self) -> Plan:
        """Every one that is busy gets on: there is a row as long as there is a sequence."""
        before = self._preemptions
        for sequence in list(self._running):
            self._grow(sequence)
        # Blocks that were taken from one are not given to a newcomer at once.
        if self._preemptions == before:
            self._admit()
        self._look_ahead()
        return self._rows()

    def record(self, plan: Plan) -> None:
        """The step was computed. What was chosen is appended afterwards, by whoever reads it."""
        size = self._room.block_tokens
        self._steps[bisect_left(STEP_SIZES, sum(len(row.tokens) for row in plan.rows))] += 1
        for row, sequence in zip(plan.rows, plan.sequences, strict=True):
            if sequence.seat is None:
                continue  # dropped while it was computed
            sequence.computed += len(row.tokens)
            self._computed += len(row.tokens)
            if row.choice is not None:
                self._accounts.charge(sequence.claim.user, ANSWER_WEIGHT)
            full = sequence.computed // size
            if full > sequence.named:
                chains = sequence.chains(full, size)
                for place in range(sequence.named, full):
                    self._pool.name(sequence.table[place], chains[place])
                sequence.named = full

    def _rows(self) -> Plan:
        writing: list[TokenSequence] = []
        reading: list[TokenSequence] = []
        for sequence in self._running:
            few = len(sequence.tokens) - sequence.computed <= _FEW
            (writing if few else reading).append(sequence)
        rows: list[Row] = []
        chosen: list[TokenSequence] = []
        budget = self._room.step_tokens
        for sequence in (*writing, *reading):
            start = sequence.computed
            end = min(len(sequence.tokens), start + budget)
            if end == start or sequence.seat is None:
                break
            budget -= end - start
            ends = end == len(sequence.tokens)
            choice, allowed = (sequence.choice, sequence.allowed) if ends else (None, None)
            tokens: array[int] = sequence.tokens[start:end]
            rows.append(Row(sequence.seat, tokens, start, sequence.table, choice, allowed))
            chosen.append(sequence)
        return Plan(rows, chosen)

    def _grow(self, sequence: TokenSequence) -> None:
        """Blocks for all its tokens, if need be those of a younger one; or it loses its own."""
        size = self._room.block_tokens
        while sequence.seat is not None and len(sequence.table) * size < len(sequence.tokens):
            block = self._pool.take()
            if block is None:
                self._preempt(max(self._running, key=_dispensable))
            else:
                sequence.table.append(block)

    def _look_ahead(self) -> None:
        """A block for the token after the next, where one is left: the stepper may begin with it
        before it is asked to.
        """
        for sequence in self._running:
            if len(sequence.table) * self._room.block_tokens == len(sequence.tokens):
                block = self._pool.take()
                if block is None:
                    return
                sequence.table.append(block)

    def _admit(self) -> None:
        owed = sum(len(one.tokens) - one.computed for one in self._running)
        while owed < self._room.step_tokens:
            sequence = self._queue.first(self._clock())
            if sequence is None or not self._seat(sequence):
                return
            owed += len(sequence.tokens) - sequence.computed

    def _seat(self, sequence: TokenSequence) -> bool:
        """False when there is no room for it, even if those of lower classes made way."""
        found = self._known_beginning(sequence)
        if not self._make_way(sequence, found):
            return False
        self._queue.remove(sequence)
        self._pool.share(found)
        sequence.table = found
        sequence.named = len(found)
        sequence.computed = len(found) * self._room.block_tokens
        sequence.seat = self._seats.pop()
        self._running[sequence] = None
        self._grow(sequence)
        self._sought += len(sequence.tokens)
        self._shared += sequence.computed
        if sequence.queued is None:
            sequence.queued = self._clock() - sequence.waits_since
            sequence.cached = min(sequence.prompt, sequence.computed)
            unknown = sequence.prompt - sequence.cached
            self._accounts.charge(sequence.claim.user, PROMPT_WEIGHT * unknown)
        return True

    def _known_beginning(self, sequence: TokenSequence) -> list[int]:
        size = self._room.block_tokens
        full = (len(sequence.tokens) - 1) // size  # one token at least has to be computed
        return self._pool.holding(sequence.chains(full, size))

    def _make_way(self, sequence: TokenSequence, found: Sequence[int]) -> bool:
        """A seat, blocks for what was not `found`, and one for each that runs: all grow soon."""
        new = -(-len(sequence.tokens) // self._room.block_tokens) - len(found)
        lower = [one for one in self._running if one.priority < sequence.priority]
        theirs = sum(len(one.table) for one in lower)
        if self._pool.available + theirs < new + len(self._running) - len(lower):
            return False
        while not self._seats or self._available_beside(found) < new + len(self._running):
            if not lower:
                return False
            victim = max(lower, key=_dispensable)
            lower.remove(victim)
            self._preempt(victim)
        return True

    def _available_beside(self, found: Sequence[int]) -> int:
        return self._pool.available - self._pool.unused(found)

    def _preempt(self, sequence: TokenSequence) -> None:
        self._unseat(sequence)
        self._queue.put(sequence, self._clock())
        self._preemptions += 1

    def _unseat(self, sequence: TokenSequence) -> None:
        if sequence.seat is None:
            return
        del self._running[sequence]
        self._seats.append(sequence.seat)
        self._pool.release(sequence.table)
        sequence.seat = None
        sequence.table = []
        sequence.computed = 0


def _dispensable(sequence: TokenSequence) -> tuple[int, int]:
    """The greater, the sooner it gives its blocks back."""
    return -sequence.priority, sequence.claim.number
