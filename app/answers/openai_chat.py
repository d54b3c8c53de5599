"""Chat completions over the knowledge bases: one question, answered and not stored."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

import anyio
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from app.answers.answer_runs import AnswerRun, AnswerRuns
from app.answers.answer_shapes import answer_out, step_out
from app.answers.openai_text import asked_in
from app.answers.openai_wire import ChatIn, ModelOut, ModelsOut
from app.answers.standing import Standing
from app.library.leaving import Leaving
from app.library.shelves import Library
from app.people.pseudonym import pseudonym_of
from app.ports import AnswerMaker, NewId
from app.shapes.asking import FinishedEvent
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import Finished
from retrieval.errors import NotFound
from retrieval.search.searcher import check_question
from retrieval.types import KnowledgeBaseId, Scope

EVERYTHING = "colophon"
ONE = "kb:"


@dataclass(frozen=True, slots=True)
class OpenAIChat:
    library: Library
    answerer: AnswerMaker
    runs: AnswerRuns
    new_id: NewId
    leaving: Leaving | None = None  # None: there is no second language model

    def models(self, scope: Scope) -> ModelsOut:
        """All of the scope as one model, then each knowledge base as its own."""
        found = self.library.readable(scope)
        newest = max((int(shown.updated_at.timestamp()) for shown in found), default=0)
        each = [
            ModelOut(id=f"{ONE}{shown.name}", created=int(shown.updated_at.timestamp()))
            for shown in found
        ]
        return ModelsOut(data=[ModelOut(id=EVERYTHING, created=newest), *each])

    def chosen(self, model: str, scope: Scope) -> Scope:
        """What the model's name stands for. Raises: NotFound."""
        if model == EVERYTHING:
            return scope
        for shown in self.library.readable(scope):
            if model.casefold() == f"{ONE}{shown.name}".casefold():
                return replace(scope, knowledge_bases=frozenset({KnowledgeBaseId(shown.id)}))
        raise NotFound(f"There is no model called “{model}”. GET /v1/models lists yours.")

    def begin(self, asker: str, chosen: Scope, body: ChatIn, standing: Standing) -> AnswerRun:
        """Starts the answer; call it on the event loop.

        Raises: Invalid, Overloaded when the asker has too many answers in the making.
        """
        question, history = asked_in(body.messages)
        check_question(question)
        inquiry = Inquiry(question, chosen, history, asker=pseudonym_of(asker))
        run = self.runs.enter(self.new_id(), asker)
        self.runs.begin(run, lambda stop: self._events(run.id, inquiry, standing, stop))
        return run

    async def _events(
        self,
        run_id: str,
        inquiry: Inquiry,
        standing: Standing,
        stop: anyio.Event,
    ) -> AsyncGenerator[BaseModel, None]:
        inquiry = await run_in_threadpool(self._informed, inquiry)
        making = self.answerer.answer(inquiry, stop)
        async with aclosing(making) as events:
            async for event in standing.guarded(events, inquiry.scope):
                if isinstance(event, Finished):
                    answer = answer_out(event.answer, [], event.trace)
                    shown = await run_in_threadpool(standing.shown, answer)
                    yield FinishedEvent(turn_id=run_id, answer=shown)
                else:
                    yield step_out(event)

    def _informed(self, inquiry: Inquiry) -> Inquiry:
        policy = self.library.policy(inquiry.scope)
        # Nobody knows of what the client asked what it brings along.
        if self.leaving is None or inquiry.history:
            return replace(inquiry, policy=policy)
        permit = self.leaving.permit(inquiry.scope.knowledge_bases)
        return replace(inquiry, policy=policy, permit=permit)
