"""Counts attempts per key in a sliding window, in the memory of this process."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from retrieval.errors import Overloaded

MOST_KEYS = 10_000  # beyond, keys without recent attempts are dropped


@dataclass(frozen=True, slots=True)
class Throttle:
    limit: int  # attempts per window
    window: float  # seconds
    timer: Callable[[], float]  # monotonic seconds
    attempts: dict[str, deque[float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, key: str) -> None:
        """Counts an attempt before it is made, so that parallel ones cannot slip through.

        Raises: Overloaded when the window is full.
        """
        now = self.timer()
        with self.lock:
            self._forget_old(now)
            recent = self.attempts.setdefault(key, deque())
            while recent and recent[0] <= now - self.window:
                recent.popleft()
            if len(recent) >= self.limit:
                wait = recent[0] + self.window - now
                raise Overloaded("Too many attempts. Please wait a little.", retry_after=wait)
            recent.append(now)

    def take_back(self, key: str) -> None:
        """The latest attempt succeeded and does not count; the failures before it do."""
        with self.lock:
            recent = self.attempts.get(key)
            if recent:
                recent.pop()
            if not recent:
                self.attempts.pop(key, None)

    def forgive(self, key: str) -> None:
        """After a success, the attempts before it do not count."""
        with self.lock:
            self.attempts.pop(key, None)

    def _forget_old(self, now: float) -> None:
        if len(self.attempts) < MOST_KEYS:
            return
        old = [key for key, times in self.attempts.items() if times[-1] <= now - self.window]
        for key in old:
            del self.attempts[key]
