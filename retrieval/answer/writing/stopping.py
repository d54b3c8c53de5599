"""Listens to a model until it ends, is stopped, or is not worth listening to any more."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Protocol

from anyio import create_task_group

from retrieval.errors import KnowledgeBaseError
from retrieval.ports import Delta, Generator, Message, Terms


class StopSignal(Protocol):
    """`anyio.Event` is one. The asker sets it; the answer then ends with what was checked."""

    def is_set(self) -> bool: ...

    async def wait(self) -> object: ...


async def deltas_until(
    generator: Generator, messages: Sequence[Message], terms: Terms, stop: StopSignal | None
) -> AsyncGenerator[Delta, None]:
    """The deltas of one generation. Closing this, or the signal, cancels the generation.

    Raises: Unavailable, Overloaded as the generator does.
    """
    async with aclosing(generator.stream(messages, terms)) as stream:
        while stop is None or not stop.is_set():
            delta = await _next(stream, stop)
            if delta is None:
                return
            yield delta


async def _next(stream: AsyncIterator[Delta], stop: StopSignal | None) -> Delta | None:
    """The next delta; None at the end and when the signal comes first."""
    if stop is None:
        return await anext(stream, None)
    # A task group must not stay open over a yield, so each delta has its own.
    received: list[Delta] = []
    failures: list[KnowledgeBaseError] = []
    async with create_task_group() as group:

        async def receive() -> None:
            try:
                delta = await anext(stream, None)
                received.extend([delta] if delta else [])
            except KnowledgeBaseError as failure:
                failures.append(failure)  # raised below: a task group would wrap it
            group.cancel_scope.cancel()

        group.start_soon(receive)
        await stop.wait()
        group.cancel_scope.cancel()
    if failures:
        raise failures[0]
    return received[0] if received else None
