from collections.abc import Sequence

import anyio
import pytest

from retrieval.answer.answerer import Answerer
from retrieval.answer.asking.condense import Turn
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.limits import AnswerLimits
from retrieval.answer.writing.rephrasing import holds
from retrieval.errors import Overloaded, Unavailable
from tests.retrieval.answer.answering_fakes import (
    SCOPE,
    ListFinder,
    OverlapEmbedder,
    ScriptedGenerator,
)
from tests.retrieval.answer.asked import LEAVE

EARLIER = "How many days of paid leave does an employee have?"
FOLLOW_UP = "And for managers with 10 years?"
GOOD = "How many days of paid leave do managers with 10 years have?"
TOGETHER = f"{EARLIER} {FOLLOW_UP}"


def searched(generator: ScriptedGenerator, follow_up: str, history: Sequence[Turn]) -> str:
    """What is searched for when the model may rephrase."""
    finder = ListFinder([LEAVE])
    limits = AnswerLimits(rephrases=True, languages=frozenset())
    answerer = Answerer(finder, generator, OverlapEmbedder(), limits)

    async def ask() -> None:
        async for _ in answerer.answer(Inquiry(follow_up, SCOPE, history)):
            pass

    anyio.run(ask)
    return finder.asked[0]


def test_a_good_rephrasing_is_searched_and_reasoning_is_no_part_of_it() -> None:
    generator = ScriptedGenerator(f"{GOOD}\n", reasoning="They ask about EUR 5.")
    history = [Turn(EARLIER, "28 days, as Maria Keller says.")]
    assert searched(generator, FOLLOW_UP, history) == GOOD
    assert "Maria" not in generator.prompts[0], "answers are not shown to it"


@pytest.mark.parametrize(
    "said",
    [
        "How many days of paid leave do managers have?",
        "How many days of paid leave do managers with 12 years have?",
        "How many days of paid leave do managers with 10 years have in Ghent since 2019?",
        "Do managers with 10 years receive better company cars and larger offices?",
        "Managers with 10 years have 35 days of paid leave.",
        f"{GOOD} {GOOD}",
        "经理有多少天带薪假？",
        "And for managers with 10 years?",
        "",
        "What? " * 100,
    ],
)
def test_one_that_loses_or_adds_something_is_not_used(said: str) -> None:
    assert not holds(said, FOLLOW_UP, EARLIER)
    assert searched(ScriptedGenerator(said), FOLLOW_UP, [Turn(EARLIER, "")]) == TOGETHER


@pytest.mark.parametrize("failure", [Unavailable("loading"), Overloaded("full")])
def test_without_the_model_it_goes_as_without_rephrasing(failure: Exception) -> None:
    generator = ScriptedGenerator("How many", fails=failure)
    assert searched(generator, FOLLOW_UP, [Turn(EARLIER, "")]) == TOGETHER


def test_the_model_is_not_asked_where_nothing_leans_or_a_rule_is_sure() -> None:
    generator = ScriptedGenerator("What?")
    history = [Turn("What does a hotel in Paris cost?", "")]
    assert searched(generator, "And in Ghent?", history) == "What does a hotel in Ghent cost?"
    assert searched(generator, EARLIER, history) == EARLIER
    assert generator.prompts == []


def test_chinese_follow_ups_are_held_to_the_same() -> None:
    earlier, follow_up = "员工年假有多少天？", "那工作满10年的经理呢？"
    assert holds("工作满10年的经理年假有多少天？", follow_up, earlier)
    assert not holds("工作满20年的经理年假有多少天？", follow_up, earlier)
