"""Who comes next when only a few can: nobody waits behind all that another wants."""

import asyncio

import anyio
import pytest

from app.library.turns import Turns


async def until_all_wait() -> None:
    for _ in range(5):
        await anyio.lowlevel.checkpoint()


def test_one_person_with_much_to_do_lets_another_in_next() -> None:
    began: list[str] = []

    async def work() -> None:
        turns, done = Turns(2), anyio.Semaphore(0)

        async def draw(person: str, name: str) -> None:
            async with turns.of(person):
                began.append(name)
                await done.acquire()

        async with anyio.create_task_group() as group:
            for number in range(5):
                group.start_soon(draw, "ada", f"ada {number}")
            await until_all_wait()
            group.start_soon(draw, "eve", "eve 0")
            group.start_soon(draw, "eve", "eve 1")
            await until_all_wait()
            assert began == ["ada 0", "ada 1"]  # alone, she has both places
            for _ in range(7):
                done.release()
                await until_all_wait()

    anyio.run(work)
    assert began == ["ada 0", "ada 1", "eve 0", "ada 2", "eve 1", "ada 3", "ada 4"]


@pytest.mark.parametrize("turn_came", [False, True])
def test_who_goes_away_keeps_no_place(turn_came: bool) -> None:
    async def work() -> None:
        turns = Turns(1)
        first = turns.of("ada")
        await first.__aenter__()

        async def wait() -> None:
            async with turns.of("eve"):
                await anyio.sleep_forever()

        gone = asyncio.create_task(wait())
        await until_all_wait()
        if turn_came:
            await first.__aexit__(None, None, None)
        gone.cancel()
        await asyncio.wait([gone])
        if not turn_came:
            await first.__aexit__(None, None, None)
        with anyio.fail_after(5):
            async with turns.of("bo"):
                pass

    anyio.run(work)
