"""/v1/chat/completions."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sse_starlette import EventSourceResponse

from engine.errors import EngineError
from engine.reasoning import without_reasoning
from engine.registry import Registry
from engine.runners import Finish, Haste, Piece, Sampling, Turn
from engine.server.answers import ChatAnswer
from engine.server.failures import error_body
from engine.server.shapes import ChatIn, MessageIn
from engine.server.vectors import haste_of
from engine.server.visit import Visit, VisitDep
from engine.server.waiting import Stream, begin, unless_client_leaves
from engine.texts import rough_tokens

_PLACE_SECONDS = 1.0  # between two looks at the place in the queue
_PING_SECONDS = 10  # keeps proxies patient while a long prompt is read


def chat_routes(models: Registry) -> APIRouter:
    router = APIRouter()

    @router.post("/v1/chat/completions")
    async def complete(body: ChatIn, request: Request, visit: VisitDep) -> Response:
        card, runner = models.generator_named(body.model)
        rough = sum(rough_tokens(message.text) for message in body.messages)
        visit.enter(card.id, rough, body.user)
        sampling = sampling_of(body, request.headers.get("priority", ""))
        stream = await begin(runner, [_turn(message) for message in body.messages], sampling)
        visit.generates(stream.ticket)
        answer = ChatAnswer(f"chatcmpl-{visit.id}", int(time.time()), card.id, stream.ticket)
        reply = _Reply(stream, answer, visit)
        if not body.stream:
            return await unless_client_leaves(request, reply.whole())
        with_usage = body.stream_options is not None and body.stream_options.include_usage
        return EventSourceResponse(reply.chunks(with_usage), ping=_PING_SECONDS, sep="\n")

    return router


@dataclass(frozen=True, slots=True)
class _Reply:
    """The visit ends what nobody reads any more."""

    stream: Stream
    answer: ChatAnswer
    visit: Visit

    async def whole(self) -> Response:
        pieces: list[Piece] = []
        async for event in self.stream.events():
            if isinstance(event, Finish):
                self.visit.finish(event)
                return JSONResponse(self.answer.whole(pieces, event))
            self.visit.tick()
            pieces.append(event)
        raise AssertionError("a generation ends with a Finish or raises")

    async def chunks(self, with_usage: bool) -> AsyncIterator[str]:
        """The `data` of each event."""
        try:
            yield self.answer.opening()
            async for place in self.stream.waiting(_PLACE_SECONDS):
                yield self.answer.queued(place)
            async for event in self.stream.events():
                if isinstance(event, Piece):
                    self.visit.tick()
                    yield self.answer.piece(event)
                    continue
                self.visit.finish(event)
                yield self.answer.closing(event)
                if with_usage:
                    yield self.answer.usage_chunk(event)
        except EngineError as error:
            # The status line is long gone; OpenAI clients raise on a chunk that holds an error.
            self.visit.fail(error)
            yield json.dumps(error_body(error))
        yield "[DONE]"


def _turn(message: MessageIn) -> Turn:
    if message.role == "assistant":
        return Turn("assistant", without_reasoning(message.text))
    return Turn("user" if message.role == "user" else "system", message.text)


def sampling_of(body: ChatIn, priority: str) -> Sampling:
    """`priority`: the header. What nobody waits for goes after what the body says nothing of."""
    unhurried = haste_of(priority, 0) is Haste.BACKGROUND
    return Sampling(
        max_tokens=body.max_completion_tokens or body.max_tokens,
        temperature=body.temperature,
        top_p=body.top_p,
        seed=body.seed,
        stop=body.stop_words,
        top_k=None if body.top_k is None else max(0, body.top_k),
        min_p=body.min_p,
        repetition_penalty=body.repetition_penalty,
        reasoning_budget=body.thinking_budget,
        logprobs=bool(body.logprobs),
        user=body.user,
        priority=-body.priority - unhurried,
        deadline=body.timeout,
        schema=body.response_format.schema_wanted if body.response_format else None,
    )
