"""Keeps a model's reasoning apart from its answer.

R1 distills' chat templates put the opening `<think>` into the prompt, so their output starts inside
the reasoning and only `</think>` appears. The splitter therefore starts in the state in which the
rendered prompt left it, and gives the same pieces wherever the text is cut into chunks.
"""

import re
from collections.abc import Iterator

from engine.runners import Piece

OPEN = "<think>"
CLOSE = "</think>"
_TAG = re.compile(f"{OPEN}|{CLOSE}")
_OPENS_AT_END = re.compile(rf"{OPEN}\s*\Z")
_REASONING = re.compile(rf"\A.*{CLOSE}\s*|{OPEN}.*\Z", re.DOTALL)


def opens_reasoning(prompt: str) -> bool:
    """True when the rendered prompt ends inside the reasoning."""
    return _OPENS_AT_END.search(prompt) is not None


def without_reasoning(content: str) -> str:
    """An earlier assistant turn as it goes into the history."""
    return _REASONING.sub("", content)


def held_back(text: str, words: tuple[str, ...]) -> int:
    """Length of the longest end of `text` that could be the beginning of one of `words`."""
    longest = max((len(word) for word in words), default=1) - 1
    for length in range(min(longest, len(text)), 0, -1):
        if any(word.startswith(text[-length:]) for word in words):
            return length
    return 0


class ReasoningSplitter:
    """Text in, pieces out. Tags are never shown; white space around the reasoning is not either."""

    def __init__(self, *, inside: bool) -> None:
        self._inside = inside
        self._pending = ""  # could be the beginning of a tag
        self._space = ""  # trailing white space of the reasoning, shown only if more follows
        self._at_start = inside  # the next text has its leading white space removed

    @property
    def inside(self) -> bool:
        """True while the text that comes next is reasoning."""
        return self._inside

    def feed(self, text: str) -> Iterator[Piece]:
        self._pending += text
        while found := _TAG.search(self._pending):
            yield from self._emit(self._pending[: found.start()])
            self._pending = self._pending[found.end() :]
            self._switch(inside=found.group() == OPEN)
        keep = held_back(self._pending, (OPEN, CLOSE))
        ready = self._pending[: len(self._pending) - keep]
        self._pending = self._pending[len(ready) :]
        yield from self._emit(ready)

    def finish(self) -> Iterator[Piece]:
        """What was held back in case a tag would follow."""
        pending, self._pending = self._pending, ""
        yield from self._emit(pending)

    def _switch(self, *, inside: bool) -> None:
        if inside != self._inside:
            self._inside, self._at_start, self._space = inside, True, ""

    def _emit(self, text: str) -> Iterator[Piece]:
        if self._at_start:
            text = text.lstrip()
        if not text:
            return
        self._at_start = False
        if not self._inside:
            yield Piece(content=text)
            return
        text = self._space + text
        shown = text.rstrip()
        self._space = text[len(shown) :]
        if shown:
            yield Piece(reasoning=shown)
