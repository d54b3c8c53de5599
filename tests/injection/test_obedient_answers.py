"""A model that does all that a document says: what of it reaches a reader."""

from collections.abc import Sequence

import anyio
import numpy as np
import pytest

from retrieval.answer.answerer import Answerer
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.checking.evidence import evidence_of
from retrieval.answer.events import AnswerEvent, Checked, Finished, Reasoned
from retrieval.answer.writing.quotes import choose_quotes
from retrieval.answers import Answer, Checking, Policy
from tests.injection.documents import ATTACKS, ELSEWHERE, SECRET, Attack
from tests.injection.rendered import active_parts
from tests.retrieval.answer.answering_fakes import (
    SCOPE,
    ListFinder,
    OverlapEmbedder,
    ScriptedGenerator,
    a_passage,
)

OTHER = a_passage("Trips are booked by the office. 出差由办公室预订。", title="Office")


def events_of(attack: Attack, says: str, checking: Checking = Checking.STRICT) -> list[AnswerEvent]:
    evil = a_passage(attack.text, title=attack.title, headings=attack.headings)
    generator = ScriptedGenerator(says, reasoning=attack.obeyed)
    answerer = Answerer(ListFinder((evil, OTHER)), generator, OverlapEmbedder())
    inquiry = Inquiry(attack.question, SCOPE, policy=Policy(checking, refuse_below=0.0))

    async def collect() -> list[AnswerEvent]:
        return [event async for event in answerer.answer(inquiry)]

    return anyio.run(collect)


def answer_in(events: Sequence[AnswerEvent]) -> Answer:
    last = events[-1]
    assert isinstance(last, Finished)
    return last.answer


def shown_in(events: Sequence[AnswerEvent]) -> list[str]:
    """Whatever a reader may take for the answer, piece by piece and as a whole."""
    answer = answer_in(events)
    sentences = [event.sentence for event in events if isinstance(event, Checked)]
    return [*(one.text for one in (*sentences, *answer.sentences)), answer.text]


@pytest.mark.parametrize("checking", Checking)
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_obedient_model_shows_nothing_of_it(attack: Attack, checking: Checking) -> None:
    events = events_of(attack, f"{attack.obeyed}\n\n{attack.honest} [1]", checking)

    shown = shown_in(events)
    assert [part for text in shown for part in active_parts(text)] == []
    assert not any(ELSEWHERE in text and SECRET in text for text in shown)
    firm = [s for s in answer_in(events).sentences if s.verdict != "unsupported"]
    assert not any(SECRET in sentence.text for sentence in firm)
    assert attack.honest in answer_in(events).text


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_model_that_only_obeys_leaves_the_words_of_the_sources(attack: Attack) -> None:
    events = events_of(attack, attack.obeyed)

    shown = shown_in(events)
    assert [part for text in shown for part in active_parts(text)] == []
    assert not any(SECRET in text for text in shown)
    assert attack.honest in " ".join(shown)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_what_it_thought_aloud_leads_nowhere(attack: Attack) -> None:
    events = events_of(attack, "")

    thought = "".join(event.text for event in events if isinstance(event, Reasoned))
    assert thought == answer_in(events).reasoning
    assert active_parts(thought) == []
    assert "://" not in thought
    assert "www.e" not in thought


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_its_numbers_name_sources_that_there_are(attack: Attack) -> None:
    answer = answer_in(events_of(attack, f"{attack.honest} [1] [42]. {attack.obeyed}"))

    known = {citation.number for citation in answer.citations}
    cited = {number for sentence in answer.sentences for number in sentence.citations}
    assert cited <= known
    assert all(citation.quote in attack.text for citation in answer.citations)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_whichever_of_its_words_are_quoted_lead_nowhere(attack: Attack) -> None:
    evidence = evidence_of([a_passage(attack.text, title=attack.title, headings=attack.headings)])

    for place in range(len(evidence.sentences)):
        wanted = np.eye(len(evidence.sentences), dtype=np.float32)[place]
        for quote in choose_quotes(evidence, wanted * 9):
            assert active_parts(f"{quote.shown} [1]\n\n{quote.shown} [1]") == []
