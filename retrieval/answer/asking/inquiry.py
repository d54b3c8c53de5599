"""What one question comes with: who asks, in which conversation, what may be read for it, and by
whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from retrieval.answer.asking.condense import Turn
from retrieval.answers import Policy
from retrieval.ports import Permit
from retrieval.types import Found, Passage, Scope


class Finder(Protocol):
    def find(self, question: str, scope: Scope, *, limit: int) -> Found:
        """The passages that the asker may read, best first. Raises: Invalid."""
        ...


class Surroundings(Protocol):
    def around(self, passages: Sequence[Passage], scope: Scope, *, reach: int) -> list[Passage]:
        """Up to `reach` places before and after; only what the scope may read now."""
        ...


@dataclass(frozen=True, slots=True)
class Inquiry:
    question: str
    scope: Scope
    history: Sequence[Turn] = ()  # oldest first
    policy: Policy = field(default_factory=Policy)
    # Of a conversation with files of its own; None: the usual ones.
    finder: Finder | None = None
    surroundings: Surroundings | None = None
    asker: str = ""  # pseudonym, for the model's queue
    permit: Permit | None = None  # None: no machine of somebody else reads any of it
