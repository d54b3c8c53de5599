"""A question → a stored turn, its stream of events, and the answer kept for later."""

from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, replace

import anyio
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from app.answers.answer_runs import AnswerRun, AnswerRuns
from app.answers.answer_shapes import answer_out, step_out
from app.answers.conversations import Conversations
from app.answers.narrowing import CHOOSE_ONE
from app.answers.recall import Recall
from app.answers.standing import Standing
from app.answers.turns import Turns
from app.library.leaving import Leaving
from app.library.shelves import Library
from app.people.pseudonym import pseudonym_of
from app.ports import AnswerMaker, NewId, QuestionFiles
from app.shapes.asking import FailedEvent, FinishedEvent, StartedEvent
from retrieval.answer.asking.condense import Turn
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import Finished
from retrieval.answers import Policy
from retrieval.errors import Invalid, KnowledgeBaseError
from retrieval.ports import Permit
from retrieval.search.searcher import check_question
from retrieval.types import ATTACHED, Scope


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with everything that its request decided."""

    asker: str
    question: str
    readable: Scope  # all that the asker may read now
    chosen: Scope  # the part of it that they ask
    request_id: str
    standing: Standing
    conversation_id: str | None = None  # None starts a conversation
    attachment_ids: tuple[str, ...] = ()  # files that the conversation searches from now on


@dataclass(frozen=True, slots=True)
class _Opened:
    started: StartedEvent
    history: tuple[Turn, ...]
    policy: Policy
    permit: Permit | None


@dataclass(frozen=True, slots=True)
class Asking:
    conversations: Conversations
    turns: Turns
    recall: Recall
    library: Library
    answerer: AnswerMaker
    runs: AnswerRuns
    files: QuestionFiles
    new_id: NewId
    leaving: Leaving | None = None  # None: there is no second language model

    async def ask(self, asked: Asked) -> AnswerRun:
        """Everything that can be refused is refused here; after that the stream has begun.

        Raises: Invalid for a blank or too long question and where there is nothing to search,
        NotFound for a conversation or a file that is not the asker's, Conflict for a file that
        cannot be searched, Overloaded when they have too many answers in the making.
        """
        check_question(asked.question)
        run = self.runs.enter(self.new_id(), asked.asker)
        with ExitStack() as undo:
            undo.callback(self.runs.leave, run)
            opened = await run_in_threadpool(self._open, asked, run.id)
            undo.pop_all()
        self.runs.begin(run, lambda stop: self._events(asked, opened, stop))
        return run

    async def stop(self, asker: str, turn_id: str) -> None:
        """Does nothing to an answer that has ended. Raises: NotFound."""
        if not self.runs.stop(turn_id, asker):
            await run_in_threadpool(self.turns.conversation_of, asker, turn_id)

    def _open(self, asked: Asked, turn_id: str) -> _Opened:
        history: tuple[Turn, ...] = ()
        files = self.files.require(asked.asker, asked.attachment_ids, asked.conversation_id)
        if not files and asked.readable.knowledge_bases and not asked.chosen.knowledge_bases:
            raise Invalid(CHOOSE_ONE)
        if asked.conversation_id is None:
            conversation = self.conversations.start(asked.asker, asked.question)
        else:
            conversation = self.conversations.get(asked.asker, asked.conversation_id)
            history = self.recall.history(asked.asker, asked.readable, conversation.id)
        asked_of = {*asked.chosen.knowledge_bases, *([ATTACHED] if files else [])}
        self.turns.add(turn_id, conversation.id, asked.question, asked_of)
        self.files.attach(asked.attachment_ids, conversation.id, turn_id)
        started = StartedEvent(
            conversation_id=conversation.id, turn_id=turn_id, title=conversation.title
        )
        # What was asked before is given to the model, too.
        so_far = self.turns.asked_of(asked.asker, conversation.id)
        permit = self.leaving.permit(so_far) if self.leaving else None
        return _Opened(started, history, self.library.policy(asked.chosen), permit)

    async def _events(
        self, asked: Asked, opened: _Opened, stop: anyio.Event
    ) -> AsyncGenerator[BaseModel, None]:
        yield opened.started
        turn_id = opened.started.turn_id
        try:
            files = await run_in_threadpool(
                self.files.searched, asked.asker, opened.started.conversation_id
            )
            inquiry = Inquiry(
                asked.question,
                asked.chosen,
                opened.history,
                opened.policy,
                asker=pseudonym_of(asked.asker),
                permit=opened.permit if files is None else None,
            )
            if files is not None:
                inquiry = replace(inquiry, finder=files.finder, surroundings=files.surroundings)
            making = self.answerer.answer(inquiry, stop)
            async with aclosing(making) as events:
                async for event in asked.standing.guarded(events, asked.chosen):
                    if isinstance(event, Finished):
                        yield await run_in_threadpool(self._record, asked, turn_id, event)
                    else:
                        yield step_out(event)
        except KnowledgeBaseError as error:
            await run_in_threadpool(self.turns.record_error, turn_id, str(error))
            yield FailedEvent(code=error.code, message=str(error), request_id=asked.request_id)

    def _record(self, asked: Asked, turn_id: str, finished: Finished) -> FinishedEvent:
        maintainers = self.library.maintainers(asked.chosen)
        answer = answer_out(finished.answer, maintainers, finished.trace)
        self.turns.record_answer(turn_id, answer)
        return FinishedEvent(turn_id=turn_id, answer=asked.standing.shown(answer))
