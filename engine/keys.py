"""Who may come in, and how much each may have: token buckets that fill up once a minute."""

import hmac
import math
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from engine.errors import EngineError, LimitReached, Unauthorised

_HAIR = 1e-6  # of what floating point may lose when somebody comes back just in time

Clock = Callable[[], float]  # seconds


class Key(BaseModel):
    """An entry of the file of keys, under its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(min_length=1)
    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)  # read and written


_KEYS = TypeAdapter(Annotated[dict[str, Key], Field(min_length=1)])


def read_keys(path: Path) -> dict[str, Key]:
    """By name. Raises: EngineError, also when there is none: an open door must be asked for."""
    try:
        keys = _KEYS.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        fault = error.errors()[0]  # NOTE: its text would quote the keys
        place = ".".join(str(part) for part in fault["loc"]) or "the file"
        raise EngineError(f"{path}: {place}: {fault['msg']}.") from None
    except (OSError, ValueError) as error:
        raise EngineError(f"The keys in {path} cannot be read: {error}.") from error
    if len({one.key for one in keys.values()}) < len(keys):
        raise EngineError(f"{path}: two names have the same key.")
    return keys


class Bucket:
    """Holds what may be had within a minute, and fills up as fast. It may be overdrawn."""

    def __init__(self, size: int, clock: Clock) -> None:
        self.size = size
        self._level = float(size)
        self._clock = clock
        self._at = clock()

    @property
    def level(self) -> float:
        now = self._clock()
        self._level = min(self.size, self._level + (now - self._at) * self.size / 60)
        self._at = now
        return self._level

    def take(self, amount: float) -> None:
        """A negative amount comes back."""
        self._level = min(self.size, self.level - amount)

    def seconds_until(self, level: float) -> float:
        """More than it can hold is never there; when it is full, that is enough."""
        missing = min(level, self.size) - self.level
        return missing * 60 / self.size if missing > _HAIR else 0.0


class Account:
    """What one key may still have. On the event loop only."""

    def __init__(self, name: str, key: Key, clock: Clock) -> None:
        self.name = name
        self.key = key
        sizes = {"requests": key.requests_per_minute, "tokens": key.tokens_per_minute}
        self._buckets = {what: Bucket(size, clock) for what, size in sizes.items() if size}

    def enter(self, tokens: int) -> None:
        """One more request, with so many tokens as far as one can know. Raises: LimitReached."""
        asked = {"requests": 1, "tokens": tokens}
        for what, bucket in self._buckets.items():
            if seconds := bucket.seconds_until(asked[what]):
                raise LimitReached(
                    f"This key may have {bucket.size:,} {what} a minute. Try again in "
                    f"{math.ceil(seconds)} s.",
                    retry_after=seconds,
                )
        for what, bucket in self._buckets.items():
            bucket.take(asked[what])

    def settle(self, tokens: int) -> None:
        """So many more than was thought; negative: fewer."""
        if bucket := self._buckets.get("tokens"):
            bucket.take(tokens)

    def headers(self) -> dict[str, str]:
        """As OpenAI names them."""
        found: dict[str, str] = {}
        for what, bucket in self._buckets.items():
            found[f"x-ratelimit-limit-{what}"] = str(bucket.size)
            found[f"x-ratelimit-remaining-{what}"] = str(max(0, int(bucket.level)))
            found[f"x-ratelimit-reset-{what}"] = _duration(bucket.seconds_until(bucket.size))
        return found


class Accounts:
    """Of all keys."""

    def __init__(self, keys: dict[str, Key], clock: Clock) -> None:
        self._accounts: Sequence[Account] = [Account(*pair, clock) for pair in keys.items()]

    def of(self, authorization: str) -> Account:
        """`authorization`: what the header of that name says. Raises: Unauthorised."""
        scheme, _, given = authorization.partition(" ")
        secret = given.strip().encode()
        same = [one for one in self._accounts if hmac.compare_digest(secret, one.key.key.encode())]
        if scheme.lower() != "bearer" or not same:
            raise Unauthorised("Send an API key of the engine as `Authorization: Bearer …`.")
        return same[0]


def _duration(seconds: float) -> str:
    """`6m0s`, `1s`, `20ms`: as Go writes them, and OpenAI."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(math.ceil(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
