"""What is searched for a question, and how the findings of several searches become one list.

The one place for both: each part of a question is searched by itself, and everything that can be
searched (the knowledge bases; later the files of a conversation) is asked about each part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from retrieval.answer.condense import Standalone, Turn, condense_question
from retrieval.answer.inquiry import Finder
from retrieval.answer.parts import split_question
from retrieval.types import ChunkId, Found, Passage, Scope


@dataclass(frozen=True, slots=True)
class Part:
    text: str  # as it was asked
    alone: Standalone


def parts_of(question: str, history: Sequence[Turn]) -> tuple[Part, ...]:
    """At least one. A part may lean on the one before it, as a follow-up does on the history."""
    turns = list(history)
    parts: list[Part] = []
    for text in split_question(question):
        parts.append(Part(text, condense_question(text, turns)))
        turns.append(Turn(text, ""))
    return tuple(parts)


def gather(searched: str, scope: Scope, finders: Sequence[Finder], *, limit: int) -> Found:
    """What all of them find, at most `limit` of each. Raises: Invalid."""
    found = [finder.find(searched, scope, limit=limit) for finder in finders]
    if len(found) == 1:
        return found[0]
    degraded = dict.fromkeys(one.degraded for one in found if one.degraded)
    return Found(interleaved([one.passages for one in found]), " ".join(degraded) or None)


def interleaved(rankings: Sequence[Sequence[Passage]]) -> tuple[Passage, ...]:
    """The first of each, then the second of each …; a chunk stands where it comes first."""
    first: dict[ChunkId, Passage] = {}
    for place in zip_longest(*rankings):
        for passage in place:
            if passage is not None:
                first.setdefault(passage.chunk.id, passage)
    return tuple(first.values())
