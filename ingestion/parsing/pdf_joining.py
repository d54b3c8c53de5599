"""The lines of one paragraph to one text: spaces, hyphens, and no spaces inside Chinese."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from ingestion.parsing.pdf_frame import as_seen
from ingestion.parsing.pdf_lines import Line
from retrieval.types import Box

_LONGEST_WORD: Final = 60  # letters
_CJK: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD: Final = re.compile(r"[^\W\d_]+$")
_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")


def vocabulary(lines: Iterable[Line]) -> frozenset[str]:
    """Whole words of the document in lower case; what is hyphenated counts as one and in parts."""
    words: set[str] = set()
    for previous, line in pairwise([None, *lines]):
        found = _WORD.findall(line.text.lower()) if line else []
        if line and line.broken:
            found = found[:-1]
        if previous and previous.broken:
            found = found[1:]
        words.update(found)
        words.update(part for word in found if "-" in word for part in word.split("-"))
    return frozenset(words)


def joined(group: Sequence[Line], words: frozenset[str]) -> tuple[str, tuple[Box, ...]]:
    """The text, and for each line the box where its part of the text stands."""
    text = group[0].text
    boxes = [box_of(group[0], 0, len(text))]
    for previous, line in pairwise(group):
        wide = _CJK.match(text[-1:]) and _CJK.match(line.text[:1])
        if previous.broken:
            text += _hyphen(text[-_LONGEST_WORD:], line.text[:_LONGEST_WORD], words)
        elif not wide:
            text += " "
        boxes.append(box_of(line, len(text), len(text) + len(line.text)))
        text += line.text
    return text, tuple(boxes)


def box_of(line: Line, start: int, end: int) -> Box:
    seen = as_seen(line.area, line.height, line.width, line.turn)
    return Box(line.page, seen.left, seen.top, seen.right, seen.bottom, start, end)


def _hyphen(before: str, after: str, words: frozenset[str]) -> str:
    """Whether the hyphen at a line's end belongs to the word, as the rest of the document tells.

    "cutting-" and "edge" are words of their own, "devel-" and "opment" are not.
    """
    left, right = _LAST_WORD.search(before), _FIRST_WORD.match(after)
    if left is None or right is None:
        return "-"
    first, second = left.group().lower(), right.group().lower()
    if first + second in words:
        return ""
    spelled = f"{first}-{second}" in words or (first in words and second in words)
    return "-" if spelled else ""
