"""Marks: what stands in a text for something that was taken out of it, until it is put back."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from ingestion.parsing.items import Item

_MARKS: Final = re.compile("\ue000(\\d+)\ue001")  # private use, so in no real text


def mark(number: int) -> str:
    return f"\ue000{number}\ue001"


def without_marks(text: str) -> str:
    """A text from outside, which must not hold any."""
    return _MARKS.sub("", text)


def put_back(items: Iterable[Item], taken: Sequence[Sequence[Item]]) -> Iterator[Item]:
    """For the mark of n in a text: the items taken[n], between what is before and behind it."""
    for item in items:
        for place, part in enumerate(_MARKS.split(item.text)):  # texts and numbers in turn
            if place % 2:
                yield from taken[int(part)]
            elif part.strip():
                yield replace(item, text=part)
