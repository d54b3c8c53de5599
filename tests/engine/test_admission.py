"""Is a Retry-After true? A simulated device with its own clock, and more work than it can do."""

import random
from array import array
from math import ceil

import pytest

from engine.batching.admission import Crowd, Pace, refuse_overload
from engine.batching.plan import Choice, Room
from engine.batching.scheduler import Scheduler
from engine.batching.sequence import Claim, TokenSequence
from engine.errors import QueueFull

ROOM = Room(blocks=400, block_tokens=16, seats=16, step_tokens=512)
LIMIT = Crowd(16, 64, ROOM.blocks * ROOM.block_tokens + 20_000)
STEP_SECONDS = 0.05


class Device:
    """A busy runner without threads: what the batch runner does, in simulated time."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pace = Pace()
        self.scheduler = Scheduler(ROOM, lambda: self.now)
        self.ends: dict[TokenSequence, int] = {}
        self.numbers = 0
        self.asked = 0  # tokens of the last that came
        self.random = random.Random(1)

    def refuse(self, size: int) -> None:
        """Raises: QueueFull, when one of so many tokens has to be."""
        self.asked = size
        waiting = sum(one.seat is None for one in self.ends)
        tokens = sum(one.claim.size for one in self.ends)
        refuse_overload(Crowd(len(self.ends) - waiting, waiting, tokens), LIMIT, size, self.pace)

    def submit(self) -> None:
        """Raises: QueueFull."""
        prompt, answer = self.random.randint(200, 600), self.random.randint(50, 250)
        size = prompt + self.pace.likely_answer(1000)
        self.refuse(size)
        self.numbers += 1
        claim = Claim(str(self.numbers % 7), 0, self.numbers, size)
        one = TokenSequence(array("i", [self.numbers] * prompt), prompt, Choice(), claim)
        self.ends[one] = prompt + answer
        self.scheduler.add(one)

    def fill(self) -> QueueFull:
        """Ten times as much is asked for as can be done."""
        while True:
            try:
                self.submit()
            except QueueFull as refused:
                return refused

    def step(self) -> None:
        done = self.scheduler.done
        plan = self.scheduler.plan()
        self.scheduler.record(plan)
        self.now += STEP_SECONDS
        self.pace.worked(self.scheduler.done - done, STEP_SECONDS)
        for one in plan.choosing():
            one.tokens.append(0)
            if len(one.tokens) >= self.ends[one]:
                self.pace.answered(len(one.tokens) - one.prompt)
                self.scheduler.drop(one)
                del self.ends[one]


def test_who_comes_back_when_told_is_let_in_and_could_not_have_come_much_sooner() -> None:
    device = Device()
    for _ in range(600):  # until the rates are measured
        device.fill()
        device.step()
    errors = []
    for _ in range(60):
        told, begun = ceil(device.fill().retry_after), device.now  # as the header says it
        while True:
            device.step()
            try:
                device.refuse(device.asked)
                break
            except QueueFull:
                continue
        errors.append(told - (device.now - begun))
    late = sorted(errors)
    assert late[len(late) // 4] >= 0  # three of four are let in when they come back
    assert late[-1] < 3.0  # seconds that one waited in vain


def test_a_burst_is_let_in_as_far_as_there_are_seats_and_places() -> None:
    pace = Pace()
    refuse_overload(Crowd(0, 79, 100), LIMIT, 1, pace)
    with pytest.raises(QueueFull, match="80 requests"):
        refuse_overload(Crowd(0, 80, 100), LIMIT, 1, pace)


def test_tokens_are_bounded_too_and_the_wait_is_theirs() -> None:
    pace = Pace()
    for _ in range(1000):
        pace.worked(50, 0.1)
    refuse_overload(Crowd(1, 1, LIMIT.tokens - 1000), LIMIT, 1000, pace)
    with pytest.raises(QueueFull) as refused:
        refuse_overload(Crowd(1, 1, LIMIT.tokens), LIMIT, 20_000, pace)
    assert refused.value.retry_after == pytest.approx(20_000 / 500, rel=0.01)
