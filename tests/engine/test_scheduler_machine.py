"""Scheduler and blocks against a plain model: a dict of requests with all their tokens."""

from array import array
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from plain_cache import PlainCache

from engine.batching.plan import Choice, Room
from engine.batching.scheduler import Scheduler
from engine.batching.sequence import Claim, TokenSequence

SIZE = 4  # positions of a block
# Few different prompts with long common beginnings: most of what can be shared is.
BEGINNINGS = [[1] * 9, [1] * 4 + [2] * 8, [3] * 2, [1] * 17]


@dataclass(frozen=True, slots=True)
class Order:
    prompt: list[int]
    answer: int  # tokens
    user: str
    priority: int


PROMPTS = st.tuples(
    st.sampled_from(BEGINNINGS), st.lists(st.integers(4, 6), min_size=1, max_size=6)
).map(lambda parts: parts[0] + parts[1])
ORDERS = st.builds(
    Order, PROMPTS, st.integers(1, 25), st.sampled_from("ab"), st.sampled_from([0, 0, 0, 1])
)


def rank(sequence: TokenSequence) -> tuple[int, int]:
    return -sequence.priority, sequence.claim.number


class SchedulerMachine(RuleBasedStateMachine):
    @initialize(blocks=st.integers(6, 16), seats=st.integers(2, 6), step_tokens=st.integers(1, 30))
    def open(self, blocks: int, seats: int, step_tokens: int) -> None:
        self.now = 0.0
        self.room = Room(blocks, SIZE, seats, step_tokens)
        self.scheduler = Scheduler(self.room, lambda: self.now)
        self.cache = PlainCache(self.room)
        self.alive: dict[TokenSequence, list[int]] = {}  # with all their tokens
        self.lengths: dict[TokenSequence, int] = {}  # at which each is over
        self.numbers = 0
        self.chosen = 0

    @rule(orders=st.lists(ORDERS, min_size=1, max_size=4))
    def submit(self, orders: list[Order]) -> None:
        for order in orders:
            claim = Claim(order.user, order.priority, self.numbers)
            choice = Choice(seed=self.numbers)
            self.numbers += 1
            prompt = order.prompt
            sequence = TokenSequence(array("i", prompt), len(prompt), choice, claim)
            self.alive[sequence] = list(prompt)
            self.lengths[sequence] = min(len(prompt) + order.answer, self.room.blocks * SIZE)
            self.scheduler.add(sequence)

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        if self.alive:
            sequence = data.draw(st.sampled_from(list(self.alive)))
            self._end(sequence)
            self.scheduler.drop(sequence)  # twice is once

    @rule()
    def lose_the_device(self) -> None:
        for sequence in self.scheduler.drop_running():
            del self.alive[sequence]
        self.cache = PlainCache(self.room)

    @rule(steps=st.integers(1, 8), force=st.booleans(), seconds=st.integers(0, 10))
    def step(self, steps: int, force: bool, seconds: int) -> None:
        for _ in range(steps):
            self.now += seconds
            self._step(force)

    @invariant()
    def blocks_are_where_they_should_be(self) -> None:
        if not hasattr(self, "scheduler"):
            return
        pool = self.scheduler._pool
        references = Counter(block for one in self.alive for block in one.table)
        assert all(
            pool._references[block] == references[block] for block in range(len(pool._chains))
        )
        empty, kept, used = set(pool._empty), set(pool._kept), set(references)
        assert len(pool._empty) + len(kept) + len(used) == self.room.blocks
        assert empty | kept | used == set(range(self.room.blocks))
        assert pool.in_use == len(used)
        assert {block: chain for chain, block in pool._by_chain.items()} == {
            block: chain for block, chain in enumerate(pool._chains) if chain is not None
        }
        assert not any(pool._chains[block] for block in empty)

    @invariant()
    def nobody_reads_what_belongs_to_another_chain(self) -> None:
        if not hasattr(self, "scheduler"):
            return
        owners: dict[int, list[int]] = {}
        for sequence, tokens in self.alive.items():
            assert list(sequence.tokens) == tokens
            assert (sequence.seat is None) == (sequence.table == [])
            for place, block in enumerate(sequence.table):
                chain = tokens[: (place + 1) * SIZE]
                if block in owners:
                    assert owners[block] == chain
                    assert len(chain) == (place + 1) * SIZE
                owners[block] = chain

    def teardown(self) -> None:
        """Nothing starves: what is there ends, and then nothing is in use."""
        if not hasattr(self, "scheduler"):
            return
        tokens = sum(self.lengths[one] for one in self.alive)
        for _ in range(40 * tokens + 10):
            if not self.scheduler.busy:
                break
            self._step(force=False)
        assert not self.scheduler.busy
        assert not self.alive
        assert self.scheduler.use().blocks_in_use == 0

    def _step(self, force: bool) -> None:
        first = min((one for one in self.alive if one.seat is not None), key=rank, default=None)
        before = rank(first) if first else None
        plan = self.scheduler.plan()
        if first and first.seat is None:
            # The oldest of the highest class gives way to a higher class only.
            assert min(map(rank, plan.sequences)) < before
        assert bool(plan.rows) == bool(self.alive)
        assert sum(len(row.tokens) for row in plan.rows) <= self.room.step_tokens
        assert len({row.seat for row in plan.rows}) == len(plan.rows)
        for row, sequence in zip(plan.rows, plan.sequences, strict=True):
            tokens, end = self.alive[sequence], row.start + len(row.tokens)
            assert row.start == sequence.computed
            assert list(row.tokens) == tokens[row.start : end]
            assert (row.choice is not None) == (end == len(tokens))
            assert row.choice is None or row.choice is sequence.choice
            self.cache.write(row)
        # What the device reads is every token of the sequence, in order, and nothing else.
        for row, sequence in zip(plan.rows, plan.sequences, strict=True):
            end = row.start + len(row.tokens)
            assert self.cache.read(row) == self.alive[sequence][:end]
        self.scheduler.record(plan)
        for sequence in plan.choosing():
            self._choose(sequence, 3 if force else 1)

    def _choose(self, sequence: TokenSequence, count: int) -> None:
        for _ in range(count):
            self.chosen += 1
            sequence.tokens.append(self.chosen % 3 + 4)
            self.alive[sequence].append(self.chosen % 3 + 4)
            if len(sequence.tokens) >= self.lengths[sequence]:
                self._end(sequence)
                return

    def _end(self, sequence: TokenSequence) -> None:
        self.scheduler.drop(sequence)
        del self.alive[sequence]


TestScheduler = SchedulerMachine.TestCase
TestScheduler.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)


def test_a_room_with_more_seats_than_tokens_still_seats_one() -> None:
    scheduler = Scheduler(Room(8, SIZE, seats=4, step_tokens=1), lambda: 0.0)
    for number in range(3):
        claim = Claim(number=number)
        scheduler.add(TokenSequence(array("i", [1, 2]), 2, Choice(), claim))
    plan = scheduler.plan()
    assert [list(row.tokens) for row in plan.rows] == [[1]]
    assert plan.choosing() == []


@pytest.mark.parametrize("length", [8, 9])
def test_a_prompt_that_is_wholly_known_is_computed_but_for_its_end(length: int) -> None:
    scheduler = Scheduler(Room(8, SIZE, seats=1, step_tokens=64), lambda: 0.0)
    starts = []
    for number in range(2):
        tokens = array("i", range(length))
        sequence = TokenSequence(tokens, length, Choice(), Claim(number=number))
        scheduler.add(sequence)
        plan = scheduler.plan()
        starts.append(plan.rows[0].start)
        scheduler.record(plan)
        scheduler.drop(sequence)
    assert starts == [0, (length - 1) // SIZE * SIZE]
