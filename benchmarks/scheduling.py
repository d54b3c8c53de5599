"""What a step costs before and after the model: `python -m benchmarks.scheduling`.

The stepper answers at once, so all the time is the scheduler's and the runner's.
"""

import threading
import time
from array import array
from collections.abc import Sequence

from engine.batching.admission import Limits
from engine.batching.batch_runner import BatchRunner
from engine.batching.language import Habits, Prompt
from engine.batching.plan import Choice, Chosen, Room, Row
from engine.batching.scheduler import Scheduler
from engine.batching.sequence import Claim, TokenSequence
from engine.runners import Event, Failure, Finish, Sampling, Turn

ROOM = Room(blocks=40_000, block_tokens=16, seats=256, step_tokens=8_192)
PROMPT = 1_024
STEPS = 500


class Letters:
    """A language of single letters, and its stepper."""

    habits = Habits(frozenset(), (), Choice())
    room = ROOM

    def encode(self, turns: Sequence[Turn]) -> Prompt:
        number = int(turns[0].content)
        return Prompt((*range(number, number + PROMPT),), inside_reasoning=False, reasons=True)

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(map(chr, ids))

    def step(self, rows: Sequence[Row]) -> list[Chosen]:
        one = Chosen(97, -0.1)
        return [one for row in rows if row.choice is not None]

    def close(self) -> None:
        """Nothing to close."""


def scheduler_seconds(count: int) -> float:
    """Of `plan` and `record` in a step of `count` rows that write."""
    scheduler = Scheduler(ROOM, time.monotonic)
    for number in range(count):
        tokens = array("i", range(number, number + PROMPT))
        claim = Claim(str(number % 40), number=number)
        scheduler.add(TokenSequence(tokens, PROMPT, Choice(), claim))
    seconds: list[float] = []
    while len(seconds) < STEPS:
        started = time.perf_counter()
        plan = scheduler.plan()
        scheduler.record(plan)
        passed = time.perf_counter() - started
        for sequence in plan.choosing():
            sequence.tokens.append(97)
        if all(len(row.tokens) == 1 for row in plan.rows) and len(plan.rows) == count:
            seconds.append(passed)
    return sorted(seconds)[STEPS // 2]


def runner_seconds(count: int) -> float:
    """Of a whole step, text and events included, with letters for tokens."""
    model = Letters()
    runner = BatchRunner(model, model, Limits(1 << 20, 256))
    ended = threading.Semaphore(0)

    def emit(event: Event) -> None:
        if isinstance(event, Finish | Failure):
            ended.release()

    gate = threading.Lock()
    step = model.step
    steps = 0

    def gated(rows: Sequence[Row]) -> list[Chosen]:
        nonlocal steps
        steps += 1
        with gate:
            return step(rows)

    model.step = gated  # type: ignore[method-assign]  # counts, and waits until all have come
    with gate:
        for number in range(count):
            runner.submit([Turn("user", str(number))], Sampling(max_tokens=STEPS), emit)
        started = time.perf_counter()
    for _ in range(count):
        ended.acquire()
    passed = time.perf_counter() - started
    runner.close()
    return passed / steps


def main() -> None:
    for count in (1, 16, 64, 256):
        alone = scheduler_seconds(count) * 1e3
        whole = runner_seconds(count) * 1e3
        print(f"{count:4} rows: scheduler {alone:.3f} ms, runner with text {whole:.3f} ms a step")


if __name__ == "__main__":
    main()
