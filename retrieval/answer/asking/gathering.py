"""What is searched for a question, and how the findings of several searches become one list."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from retrieval.answer.asking.condense import Standalone, Turn, condense_question
from retrieval.answer.asking.parts import split_question
from retrieval.types import ChunkId, Passage


@dataclass(frozen=True, slots=True)
class Part:
    text: str  # as it was asked
    alone: Standalone


def parts_of(question: str, history: Sequence[Turn]) -> tuple[Part, ...]:
    """At least one. A part may lean on the one before it, as a follow-up does on the history."""
    alone = condense_question(question, history)
    turns = list(history)
    parts: list[Part] = []
    for text in split_question(question if alone.leans_on else alone.itself):
        parts.append(Part(text, condense_question(text, turns)))
        turns.append(Turn(text, ""))
    return tuple(parts)


def interleaved(rankings: Sequence[Sequence[Passage]]) -> tuple[Passage, ...]:
    """The first of each, then the second of each …; a chunk stands where it comes first."""
    first: dict[ChunkId, Passage] = {}
    for place in zip_longest(*rankings):
        for passage in place:
            if passage is not None:
                first.setdefault(passage.chunk.id, passage)
    return tuple(first.values())
