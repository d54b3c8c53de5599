"""From a question to an answer that says nothing its sources do not say.

Find, read, write, check, as a stream of events. Searching and comparing are sync and run in
threads; only this module, `writing.py` and `stopping.py` are async.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from time import monotonic

from anyio import to_thread

from retrieval.answer.asking.gathering import Part, interleaved, parts_of
from retrieval.answer.asking.inquiry import Finder, Inquiry, Surroundings
from retrieval.answer.checking.confidence import confidence_of
from retrieval.answer.checking.follow_up import read_follow_up
from retrieval.answer.checking.joining import joined
from retrieval.answer.checking.reading import Reading, read_passages
from retrieval.answer.checking.support import SupportCheck, sentence_embedding
from retrieval.answer.context.making import ContextMaker
from retrieval.answer.context.packing import Room
from retrieval.answer.events import AnswerEvent, Finished, Stage
from retrieval.answer.limits import AnswerLimits, Crowd
from retrieval.answer.trace import Trace
from retrieval.answer.writing.bibliography import closest_citations
from retrieval.answer.writing.composition import Composition
from retrieval.answer.writing.ending import complete, ending, grounds
from retrieval.answer.writing.rephrasing import rephrased
from retrieval.answer.writing.stopping import StopSignal
from retrieval.answer.writing.writer import Manuscript, Task, Writer
from retrieval.answers import Answer, Policy, Reduced
from retrieval.errors import Invalid
from retrieval.ports import Embedder, Generator, Terms
from retrieval.text.language import language_of
from retrieval.types import Found, Passage

LONGEST_QUESTION = 4000  # characters


@dataclass(frozen=True, slots=True)
class Answerer:
    finder: Finder
    generator: Generator
    embedder: Embedder
    limits: AnswerLimits = field(default_factory=AnswerLimits)
    clock: Callable[[], float] = monotonic  # seconds
    surroundings: Surroundings | None = None  # None: passages are read as they were found
    crowd: Crowd | None = None  # None: nobody waits long enough to be given less

    async def answer(
        self, inquiry: Inquiry, stop: StopSignal | None = None
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Stage*, Reasoned* and Checked*, then one Finished. Closing it cancels the generation.

        After `stop` is set it ends with a Finished of outcome STOPPED and what was checked by then.
        Raises: Invalid for a question that is blank or too long.
        """
        started, policy = self.clock(), inquiry.policy
        asked = valid_question(inquiry.question)
        parts = parts_of(asked, inquiry.history)
        yield Stage("searching", knowledge_bases=len(inquiry.scope.knowledge_bases))
        if self.limits.rephrases:
            parts = await rephrased(parts, self.generator, _terms(self.limits, inquiry), stop)
        found = await to_thread.run_sync(self._find, parts, inquiry)
        yield Stage("reading", passages=len(interleaved([one.passages for one in found])))
        reading = await to_thread.run_sync(self._read, parts, found, policy)
        task, context, reduced = _task(asked, parts, reading), None, None
        worth = self._worth_writing(reading, task, policy, stop)
        if worth and self.crowd is not None:
            reduced = self.crowd.cost(inquiry.permit)
        limits = self.limits.under(reduced)
        if worth and reduced is not Reduced.QUOTES:
            maker = self._context_maker(limits, inquiry)
            context = await to_thread.run_sync(maker.make, reading, inquiry.scope, task.words)
            reading = context.reading
        support = SupportCheck(reading.evidence, sentence_embedding(self.embedder))
        manuscript = Manuscript(Composition(reading, support, policy.checking), reduced=reduced)
        if context is not None:
            writer = Writer(self.generator, _terms(limits, inquiry))
            async with aclosing(writer.write(task, context, manuscript, stop)) as events:
                async for event in events:
                    yield event
            for quote in complete(manuscript, policy, stop):
                yield quote
        ended = ending(reading, manuscript, policy, stop)
        yield Finished(
            Answer(
                question=asked,
                standalone_question=_alone(parts),
                outcome=ended.outcome,
                sentences=ended.composed.sentences,
                citations=ended.composed.citations,
                closest=() if ended.composed.citations else closest_citations(reading),
                withheld=manuscript.composition.withheld,
                confidence=confidence_of(grounds(ended, reading, manuscript)),
                reasoning=manuscript.reasoning,
                degraded=_degraded(found, reading, manuscript),
                seconds=round(self.clock() - started, 3),
                model=manuscript.model or self.generator.model,
                context=manuscript.used,
                unanswered=tuple(parts[number].text for number in ended.unanswered),
                reduced=manuscript.reduced,
            ),
            Trace(
                read=reading.evidence.passages,
                given=manuscript.given,
                drafted=tuple(manuscript.composition.sentences),
                answerable=reading.relevance.answerable,
                refuse_below=policy.refuse_below,
                coverage=reading.relevance.coverage,
            ),
        )

    def _find(self, parts: Sequence[Part], inquiry: Inquiry) -> list[Found]:
        finder, limit = inquiry.finder or self.finder, self.limits.passages
        return [finder.find(one.alone.searched, inquiry.scope, limit=limit) for one in parts]

    def _read(self, parts: Sequence[Part], found: Sequence[Found], policy: Policy) -> Reading:
        readings = [
            self._read_part(part, one.passages) for part, one in zip(parts, found, strict=True)
        ]
        return joined(readings, policy.refuse_below)

    def _read_part(self, part: Part, passages: Sequence[Passage]) -> Reading:
        reading = read_passages(part.alone.searched, passages, self.embedder)
        if not part.alone.leans_on:
            return reading
        return read_follow_up(part.alone.itself, reading, self.embedder)

    def _context_maker(self, limits: AnswerLimits, inquiry: Inquiry) -> ContextMaker:
        room = Room(limits.context_tokens, limits.wide_letter_tokens)
        surroundings = inquiry.surroundings or self.surroundings
        return ContextMaker(surroundings, self.embedder, room)

    def _worth_writing(
        self, reading: Reading, task: Task, policy: Policy, stop: StopSignal | None
    ) -> bool:
        if stop is not None and stop.is_set():
            return False
        answerable = reading.relevance.answerable >= policy.refuse_below
        return answerable and task.language in self.limits.languages


def _terms(limits: AnswerLimits, inquiry: Inquiry) -> Terms:
    return Terms(limits.answer_tokens, limits.thinking_tokens, inquiry.asker, inquiry.permit)


def _alone(parts: Sequence[Part]) -> str:
    """What a part leans on may be the part before it, so it is said once."""
    first, *others = parts
    return " ".join((first.alone.searched, *(part.alone.itself for part in others)))


def _task(asked: str, parts: Sequence[Part], reading: Reading) -> Task:
    """What nothing answers is not asked: a model would make something up for it."""
    answered = [
        part.alone.searched
        for part, read in zip(parts, reading.parts, strict=True)
        if read.relevance.answerable >= reading.relevance.answerable
    ]
    if len(answered) < len(parts):
        return Task(" ".join(answered), "", language_of(asked))
    alone = parts[0].alone
    question = asked if len(parts) > 1 else alone.itself
    return Task(question, alone.leans_on, language_of(asked))


def valid_question(question: str) -> str:
    """Without the white space around it. Raises: Invalid."""
    asked = question.strip()
    if not asked:
        raise Invalid("Please type a question.")
    if len(asked) > LONGEST_QUESTION:
        raise Invalid(
            f"A question may have {LONGEST_QUESTION:,} characters; this one has {len(asked):,}."
        )
    return asked


def _degraded(found: Sequence[Found], reading: Reading, manuscript: Manuscript) -> str | None:
    notes = [*(one.degraded for one in found), reading.degraded, manuscript.failure]
    return " ".join(dict.fromkeys(note for note in notes if note)) or None
