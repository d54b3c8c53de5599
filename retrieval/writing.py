"""Lets the model write and checks every sentence before it is seen."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from anyio import to_thread

from retrieval.citations import CitationReader, Draft
from retrieval.composition import Composition
from retrieval.errors import Overloaded, Unavailable
from retrieval.events import AnswerEvent, Checked, Reasoned, Stage
from retrieval.language import Language, is_han
from retrieval.packing import pack_context
from retrieval.ports import Generator
from retrieval.prompts import answer_messages
from retrieval.reading import Reading
from retrieval.stopping import StopSignal, deltas_until

# An answer that is this long and has no letter of the question's language will not turn to it.
FOREIGN_LETTERS = 160
MODEL_AWAY = "The language model was not ready, so these are the sources' own words."


@dataclass
class Manuscript:
    """What one generation leaves behind."""

    composition: Composition
    reasoning: str = ""
    content: str = ""
    failure: str | None = None  # a sentence for people, when the model could not be heard


@dataclass(frozen=True, slots=True)
class Task:
    """`earlier` is the question that a follow-up leans on, or empty."""

    question: str
    earlier: str
    language: Language


@dataclass(frozen=True, slots=True)
class Writer:
    generator: Generator
    context_tokens: int
    answer_tokens: int

    async def write(
        self, task: Task, reading: Reading, manuscript: Manuscript, stop: StopSignal | None
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Stages, reasoning and checked sentences; fills the manuscript. Closing it cancels."""
        context = pack_context(reading.evidence.passages, self.context_tokens)
        messages = answer_messages(task.question, context, task.language, earlier=task.earlier)
        reader = CitationReader(len(context.passages))
        yield Stage("waiting", passages=len(context.passages))
        deltas = deltas_until(self.generator, messages, self.answer_tokens, stop)
        try:
            async with aclosing(deltas):
                async for delta in deltas:
                    if delta.reasoning:
                        manuscript.reasoning += delta.reasoning
                        yield Reasoned(delta.reasoning)
                    if delta.content:
                        if not manuscript.content:
                            yield Stage("writing")
                        manuscript.content += delta.content
                        for event in await _checked(manuscript, reader.feed(delta.content)):
                            yield event
                    if _pointless(manuscript, task.language):
                        return
        except (Unavailable, Overloaded):
            manuscript.failure = MODEL_AWAY
        if stop is None or not stop.is_set():
            for event in await _checked(manuscript, whole_sentences(reader.finish())):
                yield event


def whole_sentences(drafts: Sequence[Draft]) -> list[Draft]:
    """Without a last one that was cut off in its paragraph: its "unless …" may be missing.

    A line of its own without a full stop, as in a list, stays.
    """
    return [draft for draft in drafts if draft.finished or draft.starts_paragraph]


async def _checked(manuscript: Manuscript, drafts: Sequence[Draft]) -> list[Checked]:
    taken = [await to_thread.run_sync(manuscript.composition.take, draft) for draft in drafts]
    return [event for event in taken if event is not None]


def _pointless(manuscript: Manuscript, language: Language) -> bool:
    if manuscript.composition.hopeless:
        return True
    foreign = language == "zh" and not is_han(manuscript.content)
    return foreign and len(manuscript.content) > FOREIGN_LETTERS
