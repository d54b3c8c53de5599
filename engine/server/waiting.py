"""Waiting for a runner from the event loop, and noticing when nobody waits any more."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from engine.errors import ClientLeft
from engine.runners import (
    Event,
    Failure,
    Finish,
    GenerationRunner,
    Piece,
    Place,
    Sampling,
    Ticket,
    Turn,
)

T = TypeVar("T")


class Mailbox:
    """What a generation says, for one reader on the event loop. Pieces that lie there are one."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._came = asyncio.Event()

    def put(self, event: Event) -> None:
        """On the event loop."""
        self._events.append(event)
        self._came.set()

    async def arrived(self, seconds: float | None = None) -> bool:
        """Whether something lies there; waits for it so long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._came.wait(), seconds)
        return bool(self._events)

    async def take(self) -> Event:
        await self.arrived()
        event = self._events.popleft()
        while self._events and isinstance(event, Piece):
            following = self._events[0]
            joined = event.joined(following) if isinstance(following, Piece) else None
            if joined is None:
                break
            self._events.popleft()
            event = joined
        if not self._events:
            self._came.clear()
        return event


@dataclass(frozen=True, slots=True)
class Stream:
    """A generation as the event loop sees it."""

    ticket: Ticket
    mailbox: Mailbox

    async def waiting(self, seconds: float) -> AsyncIterator[Place]:
        """The place in the queue, so often, until the generation begins or ends."""
        while not await self.mailbox.arrived(seconds):
            place = self.ticket.place()
            if place is None:
                return
            yield place

    async def events(self) -> AsyncIterator[Piece | Finish]:
        """Raises: the error of a Failure."""
        while True:
            event = await self.mailbox.take()
            if isinstance(event, Failure):
                raise event.error
            yield event
            if isinstance(event, Finish):
                return


async def begin(runner: GenerationRunner, turns: Sequence[Turn], sampling: Sampling) -> Stream:
    """Raises: BadRequest, QueueFull."""
    loop = asyncio.get_running_loop()
    mailbox = Mailbox()

    def emit(event: Event) -> None:
        loop.call_soon_threadsafe(mailbox.put, event)

    # The chat template and the tokenizer take milliseconds for a long history: not on the loop.
    ticket = await run_in_threadpool(runner.submit, turns, sampling, emit)
    return Stream(ticket, mailbox)


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
