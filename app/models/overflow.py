"""Two language models as one: the second writes where the first has no time and the question may
leave.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

import structlog
from starlette.concurrency import run_in_threadpool

from app.sections import Overflow
from retrieval.errors import Overloaded, Unavailable
from retrieval.ports import Delta, Generator, Message, Queue, Terms

log = structlog.get_logger()

Heard = Delta | Overloaded | Unavailable | None  # of a generation; None: its end


@dataclass(frozen=True, slots=True)
class Overflowing:
    """retrieval.ports.Generator. Nothing reaches `second` before `Terms.permit` was asked."""

    first: Generator
    second: Generator
    wishes: Overflow

    @property
    def model(self) -> str:
        return self.first.model

    async def stream(
        self, messages: Sequence[Message], terms: Terms
    ) -> AsyncGenerator[Delta, None]:
        """The second is tried once, before the first word. Until it writes, the question keeps its
        place with the first; where it cannot, the first goes on or its failure counts."""
        begun = tried = False
        async with aclosing(self.first.stream(messages, terms)) as deltas:
            while True:
                heard = await _next(deltas)
                reason = None if begun or tried else self._reason(heard)
                if reason is not None:
                    tried = True
                    async with aclosing(self._second(reason, messages, terms)) as others:
                        async for other in others:
                            begun = True
                            yield other
                    if begun:
                        return
                if heard is None:
                    return
                if isinstance(heard, Overloaded | Unavailable):
                    raise heard
                begun = begun or heard.queue is None
                yield heard

    def _reason(self, heard: Heard) -> str | None:
        """Why the second should write, if it should."""
        match heard:
            case Overloaded():
                reason = "full"
            case Unavailable():
                reason = "away"
            case Delta(queue=Queue(seconds=seconds)) if seconds > self.wishes.seconds:
                reason = "slow"
            case _:
                return None
        return reason if reason in self.wishes.when else None

    async def _second(
        self, reason: str, messages: Sequence[Message], terms: Terms
    ) -> AsyncGenerator[Delta, None]:
        """Nothing where the question may not leave, and where the second fails at once."""
        permit, begun = terms.permit, False
        if permit is None or not await run_in_threadpool(permit.take, self.second.model, reason):
            return
        try:
            async with aclosing(self.second.stream(messages, terms)) as deltas:
                async for delta in deltas:
                    if delta.queue is None:
                        begun = True
                        yield replace(delta, model=self.second.model)
        except (Overloaded, Unavailable) as error:
            if begun:
                raise
            log.warning("overflow.failed", model=self.second.model, reason=str(error))


async def _next(deltas: AsyncGenerator[Delta, None]) -> Heard:
    try:
        return await anext(deltas, None)
    except (Overloaded, Unavailable) as error:
        return error
