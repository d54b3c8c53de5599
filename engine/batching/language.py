"""What the batch runner asks of a model that chats, besides its steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.batching.guide import Guides
from engine.batching.plan import Choice
from engine.runners import Turn


@dataclass(frozen=True, slots=True)
class Prompt:
    ids: tuple[int, ...]
    inside_reasoning: bool  # the state in which the chat template left the model
    reasons: bool  # False: `<think>` means nothing to this model


@dataclass(frozen=True, slots=True)
class Habits:
    """Of a model that chats."""

    ends: frozenset[int]  # end-of-sequence tokens
    closing: Sequence[int]  # what ends the reasoning: the tokens of `</think>` and what follows it
    choice: Choice  # of its generation_config.json
    guides: Guides | None = None  # None: its answers cannot be made to follow a schema


class ChatLanguage(Protocol):
    @property
    def habits(self) -> Habits: ...

    def encode(self, turns: Sequence[Turn]) -> Prompt:
        """The chat template applied; safe to call from any thread. Raises: BadRequest."""
        ...

    def decode(self, ids: Sequence[int]) -> str: ...
