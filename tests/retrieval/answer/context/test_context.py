"""What the model is given to read, with what stands around it, and how that is told and cited."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import anyio

from retrieval.answer.answerer import Answerer
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import Finished
from retrieval.answer.limits import AnswerLimits
from retrieval.answers import Answer, Outcome
from retrieval.types import ChunkId, Passage, Scope
from tests.retrieval.answer.answering_fakes import (
    SCOPE,
    ListFinder,
    OverlapEmbedder,
    ScriptedGenerator,
    a_passage,
)

QUESTION = "How many days of paid leave does every employee have?"
NEXT = "Every employee of ten years has 33 days of paid leave per year."


def placed(passage: Passage, ordinal: int) -> Passage:
    chunk = replace(passage.chunk, id=ChunkId(f"chunk-{ordinal}"), ordinal=ordinal)
    return replace(passage, chunk=chunk)


FOUND = placed(a_passage("Every employee has 28 days of paid leave per year."), 4)
AFTER = placed(a_passage(NEXT), 5)


@dataclass
class Shelf:
    """retrieval.answer.asking.inquiry.Surroundings of one document."""

    passages: Sequence[Passage]
    asked: list[Scope] = field(default_factory=list)

    def around(self, passages: Sequence[Passage], scope: Scope, *, reach: int) -> list[Passage]:
        self.asked.append(scope)
        near = {p.chunk.ordinal + d for p in passages for d in range(-reach, reach + 1)}
        given = {p.chunk.id for p in passages}
        return [p for p in self.passages if p.chunk.ordinal in near and p.chunk.id not in given]


def answered(
    says: str, found: Sequence[Passage], shelf: Shelf | None, limits: AnswerLimits | None = None
) -> tuple[Answer, ScriptedGenerator]:
    generator = ScriptedGenerator(says)
    answerer = Answerer(
        ListFinder(found),
        generator,
        OverlapEmbedder(),
        limits or AnswerLimits(),
        surroundings=shelf,
    )

    async def collect() -> Answer:
        async for event in answerer.answer(Inquiry(QUESTION, SCOPE)):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("no end")

    return anyio.run(collect), generator


def test_a_sentence_that_rests_on_a_neighbour_cites_the_neighbour() -> None:
    shelf = Shelf([FOUND, AFTER])
    says = f"Every employee has 28 days of paid leave per year [1]. {NEXT} [1]"
    answer, generator = answered(says, [FOUND], shelf)
    assert answer.outcome is Outcome.ANSWERED
    assert [citation.chunk for citation in answer.citations] == [FOUND.chunk.id, AFTER.chunk.id]
    assert answer.citations[1].quote == NEXT
    assert generator.prompts[0].count("<source") == 1
    assert shelf.asked == [SCOPE]


def test_without_its_neighbour_the_same_sentence_is_withheld() -> None:
    answer, _ = answered(f"{NEXT} [1]", [FOUND], None)
    assert answer.withheld == 1


def test_the_answer_says_what_was_read_what_was_widened_and_what_did_not_fit() -> None:
    others = [
        placed(a_passage(f"Every employee has {n} days of paid leave in grade {n}. " * 6), 10 * n)
        for n in range(2, 6)
    ]
    narrow = AnswerLimits(context_tokens=380)
    answer, generator = answered("Nothing.", [FOUND, *others], Shelf([FOUND, AFTER]), narrow)
    used = answer.context
    assert used is not None
    assert used.passages + used.left_out <= 5
    assert used.left_out > 0
    assert not used.shortened
    assert used.widened == int(NEXT in generator.prompts[0])
    assert used.tokens <= used.budget == 380


def test_a_passage_that_alone_is_too_long_is_shortened_and_that_is_said() -> None:
    long = placed(a_passage("Every employee has 28 days of paid leave per year. " * 60), 4)
    answer, _ = answered("Nothing.", [long], None, AnswerLimits(context_tokens=400))
    assert answer.context is not None
    assert answer.context.shortened
    assert answer.context.tokens <= 400


def test_where_no_model_was_asked_there_is_no_context() -> None:
    answer, _ = answered("", [FOUND], None, AnswerLimits(languages=frozenset()))
    assert answer.outcome is Outcome.QUOTED
    assert answer.context is None
