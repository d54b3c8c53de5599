"""How an answer came about: what decided it, as the code that made it knew it."""

from dataclasses import dataclass

from retrieval.answers import Sentence
from retrieval.types import Passage


@dataclass(frozen=True, slots=True)
class Trace:
    read: tuple[Passage, ...]  # compared with the question, best first
    given: tuple[Passage, ...]  # of these, what the model was given; empty when none was asked
    drafted: tuple[Sentence, ...]  # the model's, after the check; withheld ones without words
    answerable: float  # chance, 0 to 1, that what was read answers
    refuse_below: float  # chance from which it is answered
    coverage: float  # share of the question's words, by weight, in the best passage
