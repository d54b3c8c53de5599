"""Waiting for a runner from the event loop, and noticing when nobody waits any more."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from engine.errors import ClientLeft
from engine.runners import Event, Failure, Finish, GenerationRunner, Piece, Sampling, Ticket, Turn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stream:
    """A generation as the event loop sees it."""

    ticket: Ticket
    queue: "asyncio.Queue[Event]"

    async def events(self) -> AsyncIterator[Piece | Finish]:
        """Raises: the error of a Failure."""
        while True:
            event = await self.queue.get()
            if isinstance(event, Failure):
                raise event.error
            yield event
            if isinstance(event, Finish):
                return


async def begin(runner: GenerationRunner, turns: Sequence[Turn], sampling: Sampling) -> Stream:
    """Raises: BadRequest, QueueFull."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Event] = asyncio.Queue()

    def emit(event: Event) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, event)

    # The chat template and the tokenizer take milliseconds for a long history: not on the loop.
    ticket = await run_in_threadpool(runner.submit, turns, sampling, emit)
    return Stream(ticket, queue)


async def unless_client_leaves(request: Request, work: Awaitable[T]) -> T:
    """The result of `work`, which is cancelled when the client hangs up.

    Raises: ClientLeft, and what `work` raises.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientLeft("The client closed the connection.")
        return task.result()
    finally:
        task.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
