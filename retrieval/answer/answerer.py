"""From a question to an answer that says nothing its sources do not say.

Find, read, write, check, as a stream of events. Searching and comparing are sync and run in
threads; only this module, `writing.py` and `stopping.py` are async.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from time import monotonic

from anyio import to_thread

from retrieval.answer.bibliography import closest_citations
from retrieval.answer.composition import Composed, Composition, quoted
from retrieval.answer.condense import condense_question
from retrieval.answer.confidence import Grounds, confidence_of
from retrieval.answer.events import AnswerEvent, Finished, Stage
from retrieval.answer.inquiry import Finder, Inquiry
from retrieval.answer.reading import Reading, read_passages
from retrieval.answer.stopping import StopSignal
from retrieval.answer.support import SupportCheck, sentence_embedding
from retrieval.answer.trace import Trace
from retrieval.answer.writing import Manuscript, Task, Writer
from retrieval.errors import Invalid
from retrieval.ports import Embedder, Generator
from retrieval.text.language import Language, language_of
from retrieval.types import Answer, Found, Outcome, Policy

LONGEST_QUESTION = 4000  # characters
# Chance that the sources answer, from which quotes are shown although the model found nothing.
SURE_FROM = 0.75


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """`languages` are those the model writes; a question in another one is answered by quotes."""

    passages: int = 6
    context_tokens: int = 3000
    answer_tokens: int = 600
    languages: frozenset[Language] = frozenset({"en", "zh"})


@dataclass(frozen=True, slots=True)
class Answerer:
    finder: Finder
    generator: Generator
    embedder: Embedder
    limits: AnswerLimits = AnswerLimits()
    clock: Callable[[], float] = monotonic  # seconds

    async def answer(
        self, inquiry: Inquiry, stop: StopSignal | None = None
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Stage*, Reasoned* and Checked*, then one Finished. Closing it cancels the generation.

        After `stop` is set it ends with a Finished of outcome STOPPED and what was checked by then.
        Raises: Invalid for a question that is blank or too long.
        """
        started = self.clock()
        asked, scope = valid_question(inquiry.question), inquiry.scope
        policy = inquiry.policy
        standalone = condense_question(asked, inquiry.history)
        yield Stage("searching", knowledge_bases=len(scope.knowledge_bases))
        find = partial(self.finder.find, standalone, scope, limit=self.limits.passages)
        found = await to_thread.run_sync(find)
        yield Stage("reading", passages=len(found.passages))
        reading = await to_thread.run_sync(read_passages, standalone, found.passages, self.embedder)
        manuscript = Manuscript(
            Composition(
                reading,
                SupportCheck(reading.evidence, sentence_embedding(self.embedder)),
                policy.checking,
            )
        )
        task = Task(asked, standalone.removesuffix(asked).strip(), language_of(asked))
        if self._worth_writing(reading, task, policy, stop):
            writer = Writer(self.generator, self.limits.context_tokens, self.limits.answer_tokens)
            async with aclosing(writer.write(task, reading, manuscript, stop)) as events:
                async for event in events:
                    yield event
        outcome, composed = _outcome(reading, manuscript, policy, stop)
        yield Finished(
            Answer(
                question=asked,
                standalone_question=standalone,
                outcome=outcome,
                sentences=composed.sentences,
                citations=composed.citations,
                closest=() if composed.citations else closest_citations(reading),
                withheld=manuscript.composition.withheld,
                confidence=confidence_of(_grounds(outcome, composed, reading, manuscript)),
                reasoning=manuscript.reasoning,
                degraded=_degraded(found, reading, manuscript),
                seconds=round(self.clock() - started, 3),
                model=self.generator.model,
            ),
            Trace(
                read=reading.evidence.passages,
                given=manuscript.given,
                answerable=reading.relevance.answerable,
                refuse_below=policy.refuse_below,
                coverage=reading.relevance.coverage,
            ),
        )

    def _worth_writing(
        self, reading: Reading, task: Task, policy: Policy, stop: StopSignal | None
    ) -> bool:
        if stop is not None and stop.is_set():
            return False
        answerable = reading.relevance.answerable >= policy.refuse_below
        return answerable and task.language in self.limits.languages


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


def _outcome(
    reading: Reading, manuscript: Manuscript, policy: Policy, stop: StopSignal | None
) -> tuple[Outcome, Composed]:
    composition = manuscript.composition
    if stop is not None and stop.is_set():
        return Outcome.STOPPED, composition.composed()
    if composition.answers:
        return Outcome.ANSWERED, composition.composed()
    enough = policy.refuse_below
    if composition.declined:
        enough = max(enough, SURE_FROM)
    quotes = quoted(reading)
    if quotes.sentences and reading.relevance.answerable >= enough:
        return Outcome.QUOTED, quotes
    return Outcome.NOT_FOUND, Composed((), ())


def _grounds(
    outcome: Outcome, composed: Composed, reading: Reading, manuscript: Manuscript
) -> Grounds:
    return Grounds(
        outcome=outcome,
        answerable=reading.relevance.answerable,
        coverage=reading.relevance.coverage,
        sentences=composed.sentences,
        citations=composed.citations,
        withheld=manuscript.composition.withheld,
        degraded=reading.degraded is not None,
    )


def _degraded(found: Found, reading: Reading, manuscript: Manuscript) -> str | None:
    notes = [note for note in (found.degraded, reading.degraded, manuscript.failure) if note]
    return " ".join(notes) or None
