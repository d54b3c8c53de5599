"""Ten times more than the engine can do, for two minutes; then a thousand who hang up.

    python -m benchmarks.overload [--seconds 120] [--times 10] [--leavers 1000] [--data-dir DIR]

Starts `python -m engine` with both bundled models on the CPU, measures what it answers when asked
no faster than it can, and sends ten times as many chats and embeddings, of several users, some with
deadlines, some hanging up at a random moment. Held to: no crash; every request answered, or refused
with 429 or 503 and Retry-After; first tokens normal again within 5 s; memory that does not grow; in
the end no request and no block in use. The exit status is 1 when one of these does not hold.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.overload_clients import (
    Engine,
    Outcome,
    Refused,
    Server,
    asking,
    chat,
    embed,
    hang_up_on,
    serving,
)

USERS = 8
NORMAL = 2.0  # times the usual time to the first token; what is below is usual, too
BAR = 5.0  # seconds until it is
GROWTH = 1.05  # of the memory, from the middle of the load to the end


@dataclass
class Load:
    """What was sent and what came of it."""

    random: Random
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)  # seconds, MB

    def count(self, kind: str, outcome: Outcome) -> None:
        self.outcomes[f"{kind}: {outcome.what}"] += 1
        if outcome.fault:
            self.faults.append(f"{kind}: {outcome.what}")


async def capacity(engine: Engine, seconds: float) -> tuple[float, float]:
    """Chats and embeddings answered in a second, by as many clients as it has seats for."""
    ends = time.perf_counter() + seconds
    done: Counter[str] = Counter()

    async def chats(number: int) -> None:
        while time.perf_counter() < ends:
            await chat(engine, f"user {number}")
            done["chat"] += 1

    async def embeddings() -> None:
        while time.perf_counter() < ends:
            await embed(engine)
            done["embed"] += 1

    begin = time.perf_counter()
    await asyncio.gather(*(chats(n) for n in range(4)), embeddings())
    passed = time.perf_counter() - begin
    return done["chat"] / passed, done["embed"] / passed


async def overload(
    engine: Engine, load: Load, rates: tuple[float, float], seconds: float
) -> list[asyncio.Task[None]]:
    """Sends at random moments, whatever comes back; the tasks are not yet over."""
    begin = time.perf_counter()
    tasks = []
    watch = asyncio.create_task(_watch(engine, load, begin))
    while (passed := time.perf_counter() - begin) < seconds:
        kind = "chat" if load.random.random() < rates[0] / sum(rates) else "embed"
        tasks.append(asyncio.create_task(_one(engine, load, kind)))
        behind = len(tasks) / sum(rates) - passed
        await asyncio.sleep(max(0.0, behind) * load.random.random() * 2)
    watch.cancel()
    print(f"sent {len(tasks)} requests in {passed:.0f} s ({len(tasks) / passed:.0f} a second)")
    return tasks


async def _one(engine: Engine, load: Load, kind: str) -> None:
    chance = load.random.random()
    user = f"user {load.random.randrange(USERS)}"
    if chance < 0.2:
        outcome = await hang_up_on(engine, kind, user, 4 * load.random.random())
    elif kind == "embed":
        outcome = await embed(engine)
    else:
        deadline = 1 + 9 * load.random.random() if chance < 0.4 else None
        outcome = await chat(engine, user, deadline=deadline)
    load.count(kind, outcome)


async def _watch(engine: Engine, load: Load, begin: float) -> None:
    while True:
        load.memory.append((time.perf_counter() - begin, engine.memory()))
        await asyncio.sleep(1)


async def first_tokens(engine: Engine, seconds: float) -> list[tuple[float, float]]:
    """When it was asked for, and how long it took, refusals included; one after the other."""
    found = []
    begin = asked = time.perf_counter()
    while asked < begin + seconds:
        outcome = await chat(engine, "somebody else", new=2)
        if isinstance(outcome, Refused):
            await asyncio.sleep(0.2)
            continue
        found.append((asked - begin, outcome.first - asked))
        asked = time.perf_counter()
    return found


async def leavers(engine: Engine, load: Load, count: int) -> None:
    """Twelve at a time; who was refused or answered before it hung up tries again."""
    left = 0

    async def one() -> None:
        nonlocal left
        while left < count:
            user = f"user {load.random.randrange(USERS)}"
            kind = "chat" if load.random.random() < 0.8 else "embed"
            outcome = await hang_up_on(engine, kind, user, 1.5 * load.random.random() ** 2)
            load.count(kind, outcome)
            left += outcome.what == "hung up"

    await asyncio.gather(*(one() for _ in range(12)))


async def idle_after(engine: Engine, load: Load) -> float:
    """Seconds until nothing runs, waits or holds a block; after ten, that is a fault."""
    begin = time.perf_counter()
    while any((use := await engine.in_use()).values()) or not use:
        if time.perf_counter() - begin > 10:
            load.faults.append(f"still in use: {use}")
            break
        await asyncio.sleep(0.1)
    return time.perf_counter() - begin


async def run(server: Server, asked: argparse.Namespace) -> bool:
    async with asking(server) as engine:
        return await measure(engine, asked)


async def measure(engine: Engine, asked: argparse.Namespace) -> bool:
    """Whether all held."""
    load = Load(Random(5))  # noqa: S311 - the same every time
    await first_tokens(engine, 3)
    chats, embeddings = await capacity(engine, min(15.0, asked.seconds))
    print(f"capacity: {chats:.1f} chats and {embeddings:.1f} embeddings a second")
    usual = statistics.median(took for _, took in await first_tokens(engine, 5))
    before = engine.memory()
    tasks = await overload(
        engine, load, (asked.times * chats, asked.times * embeddings), asked.seconds
    )
    after = await first_tokens(engine, 20)
    await asyncio.gather(*tasks)
    print(f"outcomes of the overload: {dict(sorted(load.outcomes.items()))}")
    load.outcomes.clear()
    back = normal_from(after, usual)
    rest = statistics.median(took for begun, took in after if begun > BAR)
    print(
        f"first token: {1e3 * usual:.0f} ms before; at once after the load {1e3 * after[0][1]:.0f};"
        f" usual again for who asked after {back:.1f} s (bar {BAR:.0f}); median of those who asked"
        f" later than {BAR:.0f} s {1e3 * rest:.0f} ms"
    )
    freed = await idle_after(engine, load)
    middle = statistics.median(mb for at, mb in load.memory if at > asked.seconds / 2)
    print(
        f"memory: {before:.0f} MB before, {max(mb for _, mb in load.memory):.0f} at most, median "
        f"of the second half {middle:.0f}, {load.memory[-1][1]:.0f} at its end"
    )
    await leavers(engine, load, asked.leavers)
    again = await idle_after(engine, load)
    last = engine.memory()
    print(f"{asked.leavers} hung up: {dict(sorted(load.outcomes.items()))}")
    print(f"all free after {freed:.1f} and {again:.1f} s; {last:.0f} MB; faults: {load.faults[:5]}")
    grown = load.memory[-1][1] > GROWTH * middle or last > GROWTH * load.memory[-1][1]
    return not (load.faults or grown or back > BAR)


def normal_from(found: list[tuple[float, float]], usual: float) -> float:
    """The first moment from which three in a row are."""
    for at, (begun, _) in enumerate(found[:-2]):
        if all(took < NORMAL * usual for _, took in found[at : at + 3]):
            return begun
    return float("inf")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--times", type=float, default=10)
    parser.add_argument("--leavers", type=int, default=1000)
    parser.add_argument(
        "--data-dir", type=Path, help="where the bundled models lie, or are unpacked"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(asked.data_dir or Path(folder)) as server:
        held = asyncio.run(run(server, asked))
        ended = server.process.poll()
    print(f"the engine {'did not crash' if ended is None else f'ended with {ended}'}")
    raise SystemExit(0 if held and ended is None else 1)


if __name__ == "__main__":
    main()
