"""A few at a time, and nobody's many in front of another's one."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from anyio import Event, get_cancelled_exc_class


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    person: str
    turn: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Turns:
    """Of one event loop. Whoever has fewest going comes next; of those, who has waited longest."""

    at_a_time: int
    _going: Counter[str] = field(default_factory=Counter)  # by person; each at least 1
    _waiting: list[_Place] = field(default_factory=list)  # the longest first

    @asynccontextmanager
    async def of(self, person: str) -> AsyncIterator[None]:
        """Waits without a thread; who is cancelled while waiting leaves the queue."""
        await self._come(person)
        try:
            yield
        finally:
            self._go(person)

    async def _come(self, person: str) -> None:
        if self._going.total() < self.at_a_time:
            self._going[person] += 1
            return
        place = _Place(person)
        self._waiting.append(place)
        try:
            await place.turn.wait()
        except get_cancelled_exc_class():
            if place in self._waiting:
                self._waiting.remove(place)
            else:  # its turn came at the same moment
                self._go(person)
            raise

    def _go(self, person: str) -> None:
        self._going[person] -= 1
        if not self._going[person]:
            del self._going[person]
        if self._waiting:
            after = min(self._waiting, key=lambda place: self._going[place.person])
            self._waiting.remove(after)
            self._going[after.person] += 1
            after.turn.set()
