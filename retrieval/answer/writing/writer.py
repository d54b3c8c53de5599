"""Lets the model write and checks every sentence before it is seen."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from anyio import to_thread

from retrieval.answer.checking.citations import CitationReader, Draft
from retrieval.answer.context.making import Context
from retrieval.answer.context.prompts import answer_messages
from retrieval.answer.events import AnswerEvent, Checked, Reasoned, Stage
from retrieval.answer.writing.composition import Composition
from retrieval.answer.writing.stopping import StopSignal, deltas_until
from retrieval.answers import ContextUsed, Reduced
from retrieval.errors import Overloaded, Unavailable
from retrieval.ports import Generator, Message, Terms
from retrieval.text.language import Language, is_han
from retrieval.text.plain_text import InertStream
from retrieval.types import Passage

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
    given: tuple[Passage, ...] = ()  # what the model was given to read
    used: ContextUsed | None = None  # … and what was cut from it; None when no model was asked
    model: str = ""  # that wrote, where it was not the usual one
    reduced: Reduced | None = None  # what too many questions at once cost it

    def fail(self, error: Unavailable | Overloaded) -> None:
        if isinstance(error, Overloaded):
            self.reduced = Reduced.QUOTES
        else:
            self.failure = MODEL_AWAY


@dataclass(frozen=True, slots=True)
class Task:
    """`earlier` is the question that a follow-up leans on, or empty."""

    question: str
    earlier: str
    language: Language

    @property
    def words(self) -> str:
        return self.question + self.earlier


@dataclass(frozen=True, slots=True)
class Writer:
    generator: Generator
    terms: Terms

    async def write(
        self, task: Task, context: Context, manuscript: Manuscript, stop: StopSignal | None
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Stages, reasoning and checked sentences; fills the manuscript. Closing it cancels."""
        packed = context.packed
        manuscript.given, manuscript.used = packed.passages, context.used
        messages = answer_messages(task.question, packed, task.language, earlier=task.earlier)
        yield Stage("waiting", passages=context.used.passages)
        reader = CitationReader(len(packed.sources))
        try:
            async with aclosing(self._heard(messages, manuscript, stop)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, str):
                        drafts = _renumbered(reader.feed(piece), context)
                        for event in await _checked(manuscript, drafts):
                            yield event
                    else:
                        yield piece
                    if _pointless(manuscript, task.language):
                        return
        except (Unavailable, Overloaded) as error:
            manuscript.fail(error)
        if stop is None or not stop.is_set():
            drafts = _renumbered(whole_sentences(reader.finish()), context)
            for event in await _checked(manuscript, drafts):
                yield event

    async def _heard(
        self, messages: Sequence[Message], manuscript: Manuscript, stop: StopSignal | None
    ) -> AsyncGenerator[Reasoned | Stage | str, None]:
        """Places in the queue, reasoning, the stage of writing once, and pieces of the answer."""
        deltas = deltas_until(self.generator, messages, self.terms, stop)
        waits = False
        thought = InertStream()  # nobody checks it, and clients render it
        async with aclosing(deltas):
            async for delta in deltas:
                if delta.queue or waits:
                    waits = delta.queue is not None
                    yield Stage("waiting", queue=delta.queue)
                manuscript.model = delta.model or manuscript.model
                if reasoning := thought.feed(delta.reasoning):
                    manuscript.reasoning += reasoning
                    yield Reasoned(reasoning)
                if delta.content:
                    if not manuscript.content:
                        yield Stage("writing")
                    manuscript.content += delta.content
                    yield delta.content


def whole_sentences(drafts: Sequence[Draft]) -> list[Draft]:
    """Without a last one that was cut off in its paragraph: its "unless …" may be missing.

    A line of its own without a full stop, as in a list, stays.
    """
    return [draft for draft in drafts if draft.finished or draft.starts_paragraph]


def _renumbered(drafts: Sequence[Draft], context: Context) -> list[Draft]:
    """From the sources of the prompt to the passages of the evidence."""
    numbers = context.numbers
    return [
        replace(draft, numbers=tuple(n for source in draft.numbers for n in numbers[source - 1]))
        for draft in drafts
    ]


async def _checked(manuscript: Manuscript, drafts: Sequence[Draft]) -> list[Checked]:
    taken = [await to_thread.run_sync(manuscript.composition.take, draft) for draft in drafts]
    return [event for event in taken if event is not None]


def _pointless(manuscript: Manuscript, language: Language) -> bool:
    if manuscript.composition.hopeless:
        return True
    foreign = language == "zh" and not is_han(manuscript.content)
    return foreign and len(manuscript.content) > FOREIGN_LETTERS
