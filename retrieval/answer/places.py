"""Where on its pages a quote stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from retrieval.types import Block, Box

_RULE: Final = re.compile(r"[\s|:-]*")  # below the header of a table: it is not on the page


def boxes_of(quote: str, blocks: Sequence[Block]) -> tuple[Box, ...]:
    """The lines that hold `quote`, in reading order; empty when it is not there or has no place.

    `blocks` are those of the citation, first_block to last_block. White space does not count. What
    is not there in one piece is looked for line by line: rows of a table far below its header.
    """
    text = _Squeezed.of(blocks)
    whole = text.find(_squeeze(quote), 0)
    if whole is not None:
        return text.boxes(*whole)
    found: list[Box] = []
    start = 0
    for line in quote.split("\n"):
        wanted = _squeeze(line)
        span = None if _RULE.fullmatch(line) else text.find(wanted, start) or text.find(wanted, 0)
        if span is not None:
            found += [box for box in text.boxes(*span) if box not in found]
            start = span[1]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Squeezed:
    """Blocks without white space, and where each letter was."""

    text: str
    places: tuple[tuple[int, int], ...]  # block, offset in its text
    blocks: Sequence[Block]

    @staticmethod
    def of(blocks: Sequence[Block]) -> "_Squeezed":
        places = tuple(
            (number, offset)
            for number, block in enumerate(blocks)
            for offset, letter in enumerate(block.text)
            if not letter.isspace()
        )
        return _Squeezed(
            "".join(blocks[number].text[offset] for number, offset in places), places, blocks
        )

    def find(self, wanted: str, start: int) -> tuple[int, int] | None:
        at = self.text.find(wanted, start) if wanted else -1
        return (at, at + len(wanted)) if at >= 0 else None

    def boxes(self, start: int, end: int) -> tuple[Box, ...]:
        (first, opening), (last, closing) = self.places[start], self.places[end - 1]
        return tuple(
            box
            for number in range(first, last + 1)
            for box in self.blocks[number].boxes
            if (number > first or box.end > opening) and (number < last or box.start <= closing)
        )


def _squeeze(text: str) -> str:
    return "".join(text.split())
