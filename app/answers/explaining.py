"""A question asked once more as the page "Why this answer?" asks it: by the code that answers, with
everything that it knew on the way. Nothing of it is stored.
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from starlette.concurrency import run_in_threadpool

from app.answers.answer_runs import AnswerRuns
from app.answers.answer_shapes import answer_out
from app.answers.conversations import Conversations
from app.answers.traced_searches import Fate, ListeningFinder, search_trace_out
from app.answers.turns import Turns
from app.library.shelves import Library
from app.ports import NewId, QuestionFiles, SearchedFiles
from app.shapes.asking import SentenceOut
from app.shapes.explaining import DecisionOut, ExplainOut, StageSecondsOut
from retrieval.answer.answerer import Answerer
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import Finished, Stage
from retrieval.answer.trace import Trace
from retrieval.answers import Policy
from retrieval.errors import Unavailable
from retrieval.search.searcher import check_question
from retrieval.types import ATTACHED, ChunkId, Scope

Seconds = dict[str, float]


@dataclass(frozen=True, slots=True)
class Explaining:
    library: Library
    conversations: Conversations
    turns: Turns
    files: QuestionFiles
    answerer: Answerer
    runs: AnswerRuns  # a replay takes one of the asker's places
    new_id: NewId
    clock: Callable[[], float]  # seconds

    async def explain(
        self, asker: str, question: str, scope: Scope, conversation_id: str | None = None
    ) -> ExplainOut:
        """Together with the files of that conversation of the asker's, where it has any.

        Raises: Invalid for a blank or too long question, NotFound for a conversation that is not
        the asker's, Overloaded, Unavailable.
        """
        check_question(question)
        run = self.runs.enter(self.new_id(), asker)
        try:
            policy = await run_in_threadpool(self.library.policy, scope)
            files = await run_in_threadpool(self._files, asker, conversation_id)
            listening = ListeningFinder(files.finder if files else self.answerer.finder)
            inquiry = Inquiry(question, scope, (), policy, listening)
            if files is not None:
                inquiry = replace(inquiry, surroundings=files.surroundings)
            finished, seconds = await self._replayed(inquiry)
        finally:
            self.runs.leave(run)
        maintainers = await run_in_threadpool(self.library.maintainers, scope)
        told = _explained(finished, listening, policy, seconds, maintainers)
        names = await run_in_threadpool(self._names, asker, conversation_id, files)
        return told.model_copy(update={"files": names})

    def _names(
        self, asker: str, conversation_id: str | None, files: SearchedFiles | None
    ) -> list[str] | None:
        if files is not None:
            return list(files.filenames)
        if conversation_id is None:
            return None
        had_files = ATTACHED in self.turns.asked_of(asker, conversation_id)
        return [] if had_files else None

    def _files(self, asker: str, conversation_id: str | None) -> SearchedFiles | None:
        if conversation_id is None:
            return None
        self.conversations.get(asker, conversation_id)
        return self.files.searched(asker, conversation_id)

    async def _replayed(self, inquiry: Inquiry) -> tuple[Finished, Seconds]:
        """How it ended, and how long each stage took; a stage lasts until the next one."""
        seconds: Seconds = defaultdict(float)
        stage, began = "searching", self.clock()
        async with aclosing(self.answerer.answer(inquiry)) as events:
            async for event in events:
                now = self.clock()
                seconds[stage] += now - began
                began = now
                if isinstance(event, Stage):
                    stage = event.name
                if isinstance(event, Finished):
                    return event, seconds
        raise Unavailable("The answer ended before its time. Please try again.")


def _explained(
    finished: Finished,
    listening: ListeningFinder,
    policy: Policy,
    seconds: Seconds,
    maintainers: list[str],
) -> ExplainOut:
    answer, trace = finished.answer, finished.trace
    cited: dict[ChunkId, list[int]] = defaultdict(list)
    for citation in answer.citations:
        cited[citation.chunk].append(citation.number)
    fate = Fate(
        read=frozenset(passage.chunk.id for passage in trace.read) if trace else frozenset(),
        given=frozenset(passage.chunk.id for passage in trace.given) if trace else frozenset(),
        cited=cited,
    )
    return ExplainOut(
        answer=answer_out(answer, maintainers),
        searches=[search_trace_out(searched, fate) for searched in listening.searches],
        drafted=_drafted(finished),
        decision=_decision(trace, policy) if trace else None,
        seconds=[StageSecondsOut(stage=stage, seconds=took) for stage, took in seconds.items()],
    )


def _drafted(finished: Finished) -> list[SentenceOut]:
    trace, shown = finished.trace, finished.answer.sentences
    drafted = trace.drafted if trace and trace.drafted != shown else ()
    return [SentenceOut.model_validate(sentence) for sentence in drafted]


def _decision(trace: Trace, policy: Policy) -> DecisionOut:
    return DecisionOut(
        answerable=trace.answerable,
        refuse_below=trace.refuse_below,
        coverage=trace.coverage,
        checking=policy.checking,
    )
