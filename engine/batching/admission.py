"""How much may wait, and how long the wait will be: measured, not promised."""

from dataclasses import dataclass

from engine.errors import QueueFull

_MEMORY = 10.0  # seconds of work after which a measurement counts half
_FIRST_RATE = 100.0  # tokens per second: a guess, forgotten within seconds
_FIRST_ANSWER = 256.0  # tokens: likewise
_SHORTEST_WAIT = 1.0  # seconds
_LONGEST_WAIT = 600.0  # seconds; what is further off nobody can know


@dataclass(frozen=True, slots=True)
class Limits:
    context: int  # tokens of a prompt and its answer
    max_queue: int  # requests that may wait
    queue_tokens: int = 1 << 18  # that those may have together, answers guessed


class Pace:
    """Tokens, read and written, in a second of work; and how long answers are."""

    def __init__(self) -> None:
        self._tokens = _FIRST_RATE
        self._seconds = 1.0
        self._answer = _FIRST_ANSWER

    def worked(self, tokens: int, seconds: float) -> None:
        keep = 0.5 ** (seconds / _MEMORY)
        self._tokens = self._tokens * keep + tokens
        self._seconds = self._seconds * keep + seconds

    def answered(self, tokens: int) -> None:
        self._answer += 0.1 * (tokens - self._answer)

    def likely_answer(self, room: int) -> int:
        """Tokens, where there is room for `room`."""
        return min(room, round(self._answer))

    def wait(self, tokens: int) -> float:
        """Seconds until as many tokens are done."""
        seconds = tokens * self._seconds / max(self._tokens, 1.0)
        return min(max(seconds, _SHORTEST_WAIT), _LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is there when a request comes."""

    running: int
    waiting: int
    waiting_tokens: int


def refuse_overload(crowd: Crowd, size: int, seats: int, limits: Limits, pace: Pace) -> None:
    """`size` is that of a new request, in tokens. Raises: QueueFull."""
    over = crowd.waiting_tokens + size - limits.queue_tokens
    too_many = crowd.running + crowd.waiting >= seats + limits.max_queue
    if not too_many and (over <= 0 or crowd.waiting == 0):
        return
    first = crowd.waiting_tokens // crowd.waiting if crowd.waiting else size
    raise QueueFull(
        f"{crowd.waiting} requests are waiting already. Try again shortly.",
        retry_after=pace.wait(max(over, first)),
    )
