"""Many ask at once: who waits is told how long, and answers give up something, in an order."""

from dataclasses import dataclass

import anyio
import pytest

from retrieval.answer.answerer import Answerer
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import AnswerEvent, Finished, Stage
from retrieval.answer.limits import AnswerLimits, Crowd, degrade
from retrieval.answers import Answer, Outcome, Reduced
from retrieval.ports import Permit, Queue
from tests.retrieval.answer.answering_fakes import (
    SCOPE,
    ListFinder,
    OverlapEmbedder,
    ScriptedGenerator,
)
from tests.retrieval.answer.asked import THREE_SOURCES

QUESTION = "How many days of paid leave does an employee have?"
RIGHT = "Every employee has 28 days of paid leave per year [1]."
LIMITS = AnswerLimits(context_tokens=1000, answer_tokens=400)


@dataclass
class Granted:
    def take(self, model: str, reason: str) -> bool:
        return bool(model and reason)


def asked(
    generator: ScriptedGenerator,
    wait: float,
    permit: Permit | None = None,
    *,
    relieved: bool = True,
) -> tuple[list[AnswerEvent], Answer]:
    answerer = Answerer(
        ListFinder(THREE_SOURCES),
        generator,
        OverlapEmbedder(),
        LIMITS,
        crowd=Crowd(lambda: wait, patience=10.0, relieved=relieved),
    )
    inquiry = Inquiry(QUESTION, SCOPE, asker="somebody", permit=permit)

    async def collect() -> list[AnswerEvent]:
        return [event async for event in answerer.answer(inquiry)]

    events = anyio.run(collect)
    assert isinstance(events[-1], Finished)
    return events, events[-1].answer


@pytest.mark.parametrize(
    ("seconds", "patience", "reduced"),
    [
        (0.0, 10.0, None),
        (10.0, 10.0, None),
        (10.1, 10.0, Reduced.SHORTER),
        (20.0, 10.0, Reduced.SHORTER),
        (20.1, 10.0, Reduced.FEWER),
        (40.0, 10.0, Reduced.FEWER),
        (40.1, 10.0, Reduced.QUOTES),
        (600.0, 10.0, Reduced.QUOTES),
        (600.0, 0.0, None),
        (0.6, 0.5, Reduced.SHORTER),
    ],
)
def test_the_longer_others_wait_the_less_an_answer_takes(
    seconds: float, patience: float, reduced: Reduced | None
) -> None:
    assert degrade(seconds, patience) is reduced


@pytest.mark.parametrize(
    ("wait", "reduced", "tokens", "thinking", "budget"),
    [
        (0.0, None, 400, None, 1000),
        (15.0, Reduced.SHORTER, 200, 100, 1000),
        (30.0, Reduced.FEWER, 200, 100, 500),
    ],
)
def test_the_model_is_asked_for_less_and_the_answer_says_so(
    wait: float, reduced: Reduced | None, tokens: int, thinking: int | None, budget: int
) -> None:
    generator = ScriptedGenerator(RIGHT)
    _, answer = asked(generator, wait)
    (terms,) = generator.terms
    assert (terms.tokens, terms.thinking, terms.asker) == (tokens, thinking, "somebody")
    assert answer.context is not None
    assert answer.context.budget == budget
    assert (answer.outcome, answer.reduced) == (Outcome.ANSWERED, reduced)


def test_beyond_all_patience_the_sources_answer_and_no_model_is_asked() -> None:
    generator = ScriptedGenerator(RIGHT)
    _, answer = asked(generator, 50.0)
    assert generator.prompts == []
    assert (answer.outcome, answer.reduced) == (Outcome.QUOTED, Reduced.QUOTES)
    assert "28 days" in answer.text


def test_who_may_be_answered_elsewhere_is_not_given_less() -> None:
    generator = ScriptedGenerator(RIGHT, wrote="somebody else's")
    _, answer = asked(generator, 50.0, Granted())
    assert generator.terms[0].permit is not None
    assert (answer.reduced, answer.model) == (None, "somebody else's")
    _, answer = asked(generator, 50.0, Granted(), relieved=False)
    assert answer.reduced is Reduced.QUOTES


def test_who_waits_hears_the_place_until_the_model_begins() -> None:
    first, second = Queue(2, 8.0), Queue(0, 1.0)
    generator = ScriptedGenerator(RIGHT, reasoning="Hm.", queue=(first, second))
    events, answer = asked(generator, 0.0)
    stages = [(one.name, one.queue) for one in events if isinstance(one, Stage)]
    assert stages[2:] == [
        ("waiting", None),
        ("waiting", first),
        ("waiting", second),
        ("waiting", None),
        ("writing", None),
    ]
    assert answer.model == "scripted"
