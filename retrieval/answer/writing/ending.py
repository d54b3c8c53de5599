"""How an answer ends: by the model, by quotes or with a refusal, and what it leaves unanswered."""

from dataclasses import dataclass

from retrieval.answer.checking.confidence import Grounds
from retrieval.answer.checking.reading import Reading
from retrieval.answer.checking.relevance import speech_of
from retrieval.answer.events import Checked
from retrieval.answer.writing.composition import Composed, quoted
from retrieval.answer.writing.stopping import StopSignal
from retrieval.answer.writing.writer import Manuscript
from retrieval.answers import Outcome, Policy

# Chance that the sources answer, from which quotes are shown although the model found nothing.
SURE_FROM = 0.75


@dataclass(frozen=True, slots=True)
class Ending:
    outcome: Outcome
    composed: Composed
    unanswered: tuple[int, ...] = ()  # parts of the question, where others are answered


def complete(manuscript: Manuscript, policy: Policy, stop: StopSignal | None) -> list[Checked]:
    """Quotes for the parts of the question that the model left out."""
    if stop is not None and stop.is_set():
        return []
    return manuscript.composition.complete(_enough(manuscript, policy))


def ending(
    reading: Reading, manuscript: Manuscript, policy: Policy, stop: StopSignal | None
) -> Ending:
    composition = manuscript.composition
    if stop is not None and stop.is_set():
        return Ending(Outcome.STOPPED, composition.composed())
    enough = _enough(manuscript, policy)
    unanswered = tuple(
        number
        for number, part in enumerate(reading.parts)
        if part.relevance.answerable < enough and number not in composition.answered
    )
    if composition.answers:
        return Ending(Outcome.ANSWERED, composition.composed(), unanswered)
    quotes = quoted(reading, enough)
    if quotes.sentences:
        return Ending(Outcome.QUOTED, quotes, unanswered)
    return Ending(Outcome.NOT_FOUND, Composed((), ()))


def grounds(ended: Ending, reading: Reading, manuscript: Manuscript) -> Grounds:
    """What the confidence of the answer rests on."""
    return Grounds(
        outcome=ended.outcome,
        answerable=reading.relevance.answerable,
        speech=speech_of(reading.question, reading.evidence, reading.relevance.scores),
        coverage=reading.relevance.coverage,
        sentences=ended.composed.sentences,
        citations=ended.composed.citations,
        withheld=manuscript.composition.withheld,
        degraded=reading.degraded is not None,
        unanswered=len(ended.unanswered),
    )


def _enough(manuscript: Manuscript, policy: Policy) -> float:
    """Higher where the model itself says that the sources do not answer."""
    declined = manuscript.composition.declined
    return max(policy.refuse_below, SURE_FROM) if declined else policy.refuse_below
