"""How sure the asker may be, as a number, a word and the reasons for it."""

from dataclasses import dataclass
from math import exp, log

import numpy as np

from retrieval.answer.checking.weights import CONFIDENCE, Speech
from retrieval.answers import Citation, Confidence, ConfidenceLevel, Outcome, Sentence, Verdict

TINY = 1e-6
HIGH_FROM = 0.75
FAIR_FROM = 0.6
STRONG_MATCH_FROM = 0.75
WEAK_MATCH_BELOW = 0.55
LOW_COVERAGE_BELOW = 0.5
# What doubts of the check take from the chance that the answer is right.
WITHHELD_COSTS = 0.12
WEAK_COSTS = 0.1


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an answer rests on. `answerable` is the chance that the sources answer at all."""

    outcome: Outcome
    answerable: float
    speech: Speech
    coverage: float  # of the question's words, by weight, in the cited passages
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    withheld: int
    degraded: bool
    unanswered: int = 0  # parts of the question, where others are answered


def confidence_of(grounds: Grounds) -> Confidence:
    """The chance that what is shown is right, calibrated on quotes of the development sets.

    For a refusal: how sure it is that the sources do not say.
    """
    reasons = _reasons(grounds)
    if grounds.outcome is Outcome.NOT_FOUND:
        value = 1 - grounds.answerable
    else:
        weak = _count(grounds, Verdict.WEAK)
        shown = len(grounds.sentences) - _count(grounds, Verdict.WITHHELD)
        doubted = grounds.withheld + _count(grounds, Verdict.UNSUPPORTED)
        value = _right(grounds.answerable, grounds.speech)
        value -= WITHHELD_COSTS * (doubted > 0) + WEAK_COSTS * weak / max(1, shown)
    value = round(min(0.99, max(0.01, value)), 3)
    return Confidence(value, _level(value), reasons)


def _right(answerable: float, speech: Speech) -> float:
    """From the chance that the sources answer; Platt scaling, by benchmarks/fit_answers.py."""
    kept = min(1 - TINY, max(TINY, answerable))
    odds = float(CONFIDENCE[speech].odds(np.array([log(kept / (1 - kept))])))
    return 1 / (1 + exp(-odds))


def _count(grounds: Grounds, verdict: Verdict) -> int:
    return sum(sentence.verdict is verdict for sentence in grounds.sentences)


def _level(value: float) -> ConfidenceLevel:
    if value >= HIGH_FROM:
        return ConfidenceLevel.HIGH
    return ConfidenceLevel.FAIR if value >= FAIR_FROM else ConfidenceLevel.LOW


def _reasons(grounds: Grounds) -> tuple[str, ...]:
    documents = {citation.document for citation in grounds.citations}
    codes = {
        "strong_match": grounds.answerable >= STRONG_MATCH_FROM,
        "weak_match": grounds.answerable < WEAK_MATCH_BELOW,
        "several_sources": len(documents) > 1,
        "single_source": len(documents) == 1,
        "quoted_only": grounds.outcome is Outcome.QUOTED,
        "some_withheld": grounds.withheld > 0,
        "some_unsupported": _count(grounds, Verdict.UNSUPPORTED) > 0,
        "some_unanswered": grounds.unanswered > 0,
        "low_coverage": grounds.coverage < LOW_COVERAGE_BELOW,
        "degraded_search": grounds.degraded,
        "nothing_found": grounds.outcome is Outcome.NOT_FOUND,
    }
    return tuple(code for code, holds in codes.items() if holds)
