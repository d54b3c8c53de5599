"""A question as the checks see it: its words, its names, what it wants, what it means."""

import re
from dataclasses import dataclass

from retrieval.answer.asking.asked import Asked, asked_for
from retrieval.text.language import content_terms, language_of
from retrieval.types import Vector

# A capitalised word that does not open the question, a number, a code; in Chinese Latin words
# and what stands in quotation marks.
_NAMED = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w'-]*|\b\w*\d[\w-]*", re.ASCII)
_NAMED_IN_HAN = re.compile(r"[A-Za-z0-9][\w-]*|[《“「][^》”」]+[》”」]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as the checks see it.

    `floor` is its mean cosine with sentences about other things: embedders differ in where
    theirs begin (E5-small at 0.75), so a cosine means nothing without it.
    """

    text: str
    terms: frozenset[str]
    named: frozenset[str]  # those of its names, numbers and codes
    asked: Asked
    vector: Vector | None  # None when nothing could embed
    floor: float


def asking(question: str, vector: Vector | None, floor: float) -> Asking:
    terms = frozenset(content_terms(question))
    pattern = _NAMED if language_of(question) == "en" else _NAMED_IN_HAN
    named = frozenset(content_terms(" ".join(pattern.findall(question)))) & terms
    return Asking(question, terms, named, asked_for(question), vector, floor)
