"""What one question comes with: its conversation, what may be read for it, and how strictly."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from retrieval.answer.asking.condense import Turn
from retrieval.answers import Policy
from retrieval.types import Found, Scope


class Finder(Protocol):
    def find(self, question: str, scope: Scope, *, limit: int) -> Found:
        """The passages that the asker may read, best first. Raises: Invalid."""
        ...


@dataclass(frozen=True, slots=True)
class Inquiry:
    question: str
    scope: Scope
    history: Sequence[Turn] = ()  # oldest first
    policy: Policy = field(default_factory=Policy)
    finder: Finder | None = None  # of a conversation with files of its own; None: the usual one
