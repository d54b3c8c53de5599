"""Questions to an answerer whose model says what the test wrote, over three short sources."""

from collections.abc import Sequence

import anyio

from retrieval.answer.answerer import Answerer
from retrieval.answer.asking.condense import Turn
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import AnswerEvent, Checked, Finished
from retrieval.answer.limits import AnswerLimits
from retrieval.answers import Answer
from retrieval.types import Passage
from tests.retrieval.answer.answering_fakes import (
    SCOPE,
    ListFinder,
    OverlapEmbedder,
    ScriptedGenerator,
    a_passage,
)

LEADERSHIP = a_passage(
    "Maria Keller is the CEO of Northlight. She has led the company since 2019. "
    "Her office is in building B-12.",
    title="Company leadership",
)
CONTACTS = a_passage(
    "The IT helpdesk answers at +49 30 5550 1234 or helpdesk@northlight.example. "
    "It is open from 8:00 to 18:00.",
    title="IT helpdesk",
)
LEAVE = a_passage(
    "Every employee has 28 days of paid leave per year. "
    "Up to 5 days may be carried over until 31 March. "
    "Unused leave is not paid out.",
    title="Leave policy",
)
THREE_SOURCES = (LEADERSHIP, CONTACTS, LEAVE)
WIDE_NUMBER = "123-456-7890".translate({ord("0") + n: 0xFF10 + n for n in range(10)})
ZH_LEAVE = a_passage(
    "员工每年享有15天带薪年假。未休的年假最多可以结转5天。病假需要提供医院证明。", title="休假制度"
)


def events_of(
    generator: ScriptedGenerator,
    question: str,
    passages: Sequence[Passage] = THREE_SOURCES,
    history: Sequence[Turn] = (),
    limits: AnswerLimits | None = None,
    embedder: OverlapEmbedder | None = None,
) -> list[AnswerEvent]:
    answerer = Answerer(
        ListFinder(passages), generator, embedder or OverlapEmbedder(), limits or AnswerLimits()
    )

    async def collect() -> list[AnswerEvent]:
        return [event async for event in answerer.answer(Inquiry(question, SCOPE, history))]

    return anyio.run(collect)


def answer_of(generator: ScriptedGenerator, question: str, **rest: object) -> Answer:
    last = events_of(generator, question, **rest)[-1]  # type: ignore[arg-type]
    assert isinstance(last, Finished)
    return last.answer


def everything_shown(events: Sequence[AnswerEvent]) -> str:
    """All words that could reach the screen as fact."""
    texts = [event.sentence.text for event in events if isinstance(event, Checked)]
    for event in events:
        if isinstance(event, Finished):
            texts += [sentence.text for sentence in event.answer.sentences] + [event.answer.text]
    return "\n".join(texts)
