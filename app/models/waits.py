"""How long questions wait for the language model now, as those hear that wait."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic


@dataclass(slots=True)
class Waits:
    """Written and read on the event loop. All times are seconds."""

    clock: Callable[[], float] = monotonic
    _told: dict[object, float] = field(default_factory=dict)  # by request
    _full_until: float = 0.0

    def longest(self) -> float:
        """What a question of now can expect; 0 when nobody waits."""
        return max(0.0, self._full_until - self.clock(), *self._told.values())

    def tell(self, request: object, seconds: float) -> None:
        self._told[request] = seconds

    def end(self, request: object) -> None:
        """It waits no more; a second call does nothing."""
        self._told.pop(request, None)

    def refuse(self, seconds: float) -> None:
        """The queue was full, and there may be room again in `seconds`."""
        self._full_until = max(self._full_until, self.clock() + seconds)
