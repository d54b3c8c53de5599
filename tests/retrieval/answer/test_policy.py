"""What the maintainers of a knowledge base may decide: what happens to unsupported sentences, and
how sure the sources must be.
"""

import anyio

from retrieval.answer.answerer import Answerer
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import Finished
from retrieval.answers import Answer, Checking, Outcome, Policy, Verdict
from tests.retrieval.answer.answering_fakes import (
    SCOPE,
    ListFinder,
    OverlapEmbedder,
    ScriptedGenerator,
)
from tests.retrieval.answer.asked import THREE_SOURCES, events_of, everything_shown

QUESTION = "How many days of paid leave does an employee have?"
TRUE = "Every employee has 28 days of paid leave per year [1]."
FALSE = "Every employee has 33 days of paid leave per year [1]."
MARKED = Policy(Checking.MARKED)


def answer_of(model: ScriptedGenerator, question: str, policy: Policy) -> Answer:
    answerer = Answerer(ListFinder(THREE_SOURCES), model, OverlapEmbedder())

    async def last() -> Answer:
        inquiry = Inquiry(question, SCOPE, policy=policy)
        *_, finished = [event async for event in answerer.answer(inquiry)]
        assert isinstance(finished, Finished)
        return finished.answer

    return anyio.run(last)


def test_a_strict_knowledge_base_never_shows_what_its_sources_do_not_say() -> None:
    shown = everything_shown(events_of(ScriptedGenerator(f"{TRUE} {FALSE}"), QUESTION))
    assert "33" not in shown


def test_a_marking_one_shows_it_with_its_mark_its_reason_and_without_a_citation() -> None:
    answer = answer_of(ScriptedGenerator(f"{TRUE} {FALSE}"), QUESTION, MARKED)
    assert answer.outcome is Outcome.ANSWERED
    true, false = answer.sentences
    assert true.verdict is Verdict.SUPPORTED
    assert (false.verdict, false.citations) == (Verdict.UNSUPPORTED, ())
    assert false.reason == "The sources do not have a figure of it."
    assert answer.withheld == 0
    assert answer.text.endswith("33 days of paid leave per year. [not in the sources]")
    assert "some_unsupported" in answer.confidence.reasons


def test_what_is_only_unsupported_is_no_answer_marked_or_not() -> None:
    answer = answer_of(ScriptedGenerator(FALSE), QUESTION, MARKED)
    assert answer.outcome is Outcome.QUOTED
    assert "33" not in answer.text


def test_the_threshold_decides_what_is_refused_and_the_model_is_not_asked() -> None:
    model = ScriptedGenerator(TRUE)
    refused = answer_of(model, QUESTION, Policy(refuse_below=1.0))
    assert refused.outcome is Outcome.NOT_FOUND
    assert refused.closest
    assert model.prompts == []
    far = "Who repairs the roof of the east wing?"
    assert answer_of(ScriptedGenerator(""), far, Policy()).outcome is Outcome.NOT_FOUND
    lax = answer_of(ScriptedGenerator(""), far, Policy(refuse_below=0.0))
    assert lax.outcome is Outcome.QUOTED
