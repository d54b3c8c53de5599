"""Parts that a test of questions puts in the place of models and of background work."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

import anyio

from ingestion.jobs import Work
from retrieval.answer.asking.condense import Turn
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import AnswerEvent, Finished
from retrieval.answers import (
    Answer,
    Citation,
    Confidence,
    ConfidenceLevel,
    Outcome,
    Policy,
    Sentence,
    Verdict,
)
from retrieval.types import Scope


class WaitForStop:
    """In a script: the answer goes no further until somebody stops it."""


Step = AnswerEvent | WaitForStop | Exception


@dataclass
class ScriptedAnswers:
    """Plays the same script for every question, and keeps what it was asked."""

    script: list[Step] = field(default_factory=list)
    asked: list[tuple[str, tuple[Turn, ...], Scope]] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    stopped: int = 0

    async def answer(
        self, inquiry: Inquiry, stop: anyio.Event
    ) -> AsyncGenerator[AnswerEvent, None]:
        question = inquiry.question
        self.policies.append(inquiry.policy)
        self.asked.append((question, tuple(inquiry.history), inquiry.scope))
        for step in self.script:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, WaitForStop):
                await stop.wait()
                self.stopped += 1
                yield Finished(an_answer(question, outcome=Outcome.STOPPED))
                return
            yield step


@dataclass
class RecordedWork:
    started: list[Work] = field(default_factory=list)

    def start(self, work: Work) -> None:
        self.started.append(work)


def a_sentence(text: str, citations: Sequence[Citation]) -> Sentence:
    return Sentence(text, tuple(c.number for c in citations), Verdict.SUPPORTED)


def an_answer(question: str, *, outcome: Outcome = Outcome.ANSWERED) -> Answer:
    return Answer(
        question=question,
        standalone_question=question,
        outcome=outcome,
        sentences=(),
        citations=(),
        closest=(),
        withheld=0,
        confidence=Confidence(0.9, ConfidenceLevel.HIGH, ()),
        reasoning="",
        degraded=None,
        seconds=0.1,
        model="scripted",
    )
