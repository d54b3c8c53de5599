import asyncio
from collections.abc import AsyncGenerator

import anyio
import pytest
from pydantic import BaseModel

from app.answers.answer_runs import AnswerRun, AnswerRuns
from app.shapes.asking import ReasoningEvent
from retrieval.errors import Overloaded


async def told_to_stop(stop: anyio.Event) -> AsyncGenerator[BaseModel, None]:
    await stop.wait()
    yield ReasoningEvent(text="stopped")


def test_silence_is_filled_with_heartbeats_until_the_next_event() -> None:
    async def scene() -> list[BaseModel | None]:
        runs = AnswerRuns(per_owner=1)
        run = runs.enter("1", "eve")
        runs.begin(run, told_to_stop)
        seen: list[BaseModel | None] = []
        async for event in run.events(heartbeat=0.001):
            seen.append(event)
            if len(seen) == 2:
                runs.stop("1", "eve")
        return seen

    seen = asyncio.run(scene())

    assert seen[:2] == [None, None]
    assert seen[-1] == ReasoningEvent(text="stopped")


def test_a_place_is_free_again_when_the_answer_has_ended() -> None:
    async def scene() -> AnswerRun:
        runs = AnswerRuns(per_owner=1)
        first = runs.enter("1", "eve")
        with pytest.raises(Overloaded):
            runs.enter("2", "eve")
        runs.enter("3", "bob")
        runs.begin(first, told_to_stop)
        runs.stop("1", "eve")
        await first.failure()
        return runs.enter("2", "eve")

    assert asyncio.run(scene()).id == "2"


def test_only_the_owner_stops_an_answer() -> None:
    runs = AnswerRuns(per_owner=1)
    run = runs.enter("1", "eve")

    assert not runs.stop("1", "bob")
    assert not run.stop.is_set()
    assert runs.stop("1", "eve")
    assert run.stop.is_set()


def test_closing_waits_until_every_answer_has_ended() -> None:
    async def scene() -> dict[str, AnswerRun]:
        runs = AnswerRuns(per_owner=1)
        for owner in ("eve", "bob"):
            runs.begin(runs.enter(owner, owner), told_to_stop)
        await runs.close()
        return runs.running

    assert asyncio.run(scene()) == {}
