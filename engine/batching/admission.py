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
    """Who is there when a request comes, or who can be."""

    running: int
    waiting: int
    tokens: int  # of both


def refuse_overload(crowd: Crowd, limit: Crowd, size: int, pace: Pace) -> None:
    """`size` is that of a new request, in tokens. Raises: QueueFull.

    Running and waiting count together: of a burst all wait at first, and most are seated at once.
    """
    requests = crowd.running + crowd.waiting
    over = crowd.tokens + size - limit.tokens
    if requests < limit.running + limit.waiting and over <= 0:
        return
    # One of those that are there has to end.
    usual = crowd.tokens // max(requests, 1)
    raise QueueFull(
        f"{crowd.waiting} requests are waiting already. Try again shortly.",
        retry_after=pace.wait(max(over, usual)),
    )
