"""argon2id, with the parameters that argon2-cffi recommends (RFC 9106, low-memory profile)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.tokens import new_password
from retrieval.errors import Overloaded

AT_ONCE = 4  # each takes 64 MiB and four threads; more would let strangers exhaust the machine
WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Passwords:
    hasher: PasswordHasher
    nobody: str  # a hash that no password fits: unknown users cost the same time
    turns: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(AT_ONCE)
    )

    @classmethod
    def create(cls, hasher: PasswordHasher) -> "Passwords":
        return cls(hasher, hasher.hash(new_password()))

    def hash(self, password: str) -> str:
        """Raises: Overloaded."""
        with self._turn():
            return self.hasher.hash(password)

    def fits(self, password: str, hashed: str | None) -> bool:
        """None stands for an unknown user: same work, always False. Raises: Overloaded."""
        with self._turn():
            try:
                self.hasher.verify(hashed or self.nobody, password)
            except (VerifyMismatchError, InvalidHashError):
                return False
            return hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Made with weaker parameters than today's."""
        return self.hasher.check_needs_rehash(hashed)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self.turns.acquire(timeout=WAIT_SECONDS):
            raise Overloaded("Many people are signing in. Please try again.", retry_after=5)
        try:
            yield
        finally:
            self.turns.release()
