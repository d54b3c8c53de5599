"""One answer in OpenAI's two forms: a completion at once, or chunks as sentences are checked."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from pydantic import BaseModel

from app.answer_runs import AnswerRun
from app.errors import UNEXPECTED
from app.openai_text import piece, text_of
from app.openai_wire import (
    ChatChunkOut,
    ChatMessageOut,
    ChatOut,
    ChoiceOut,
    ChunkChoiceOut,
    DeltaOut,
    ErrorDetailOut,
    ErrorFrameOut,
    colophon_out,
)
from app.shapes.asking import AnswerOut, FinishedEvent, ReasoningEvent, SentenceEvent
from app.turn_streams import HEARTBEAT, HEARTBEAT_SECONDS, STREAM_HEADERS, EventStream
from retrieval.errors import KnowledgeBaseError, Unavailable

LOOK_SECONDS = 1.0  # how often a completion looks whether its client is still there
DONE = "data: [DONE]\n\n"


@dataclass(frozen=True, slots=True)
class Heading:
    """What every chunk of a completion repeats."""

    id: str
    created: int  # seconds since 1970
    model: str


async def completion(
    run: AnswerRun, heading: Heading, is_gone: Callable[[], Awaitable[bool]]
) -> ChatOut:
    """Waits for the whole answer; stops it when the client is gone.

    Raises: what the work raised.
    """
    answer: AnswerOut | None = None
    async with aclosing(run.events(LOOK_SECONDS)) as events:
        async for event in events:
            if isinstance(event, FinishedEvent):
                answer = event.answer
            elif event is None and await is_gone():
                break
    error = await run.failure()
    if error is not None:
        raise error
    if answer is None:
        raise Unavailable("The answer was stopped before it was ready.")
    message = ChatMessageOut(
        content=text_of(answer),
        reasoning_content=answer.reasoning,
        colophon=colophon_out(answer),
    )
    return ChatOut(
        id=heading.id,
        created=heading.created,
        model=heading.model,
        choices=[ChoiceOut(message=message)],
    )


def completion_stream(run: AnswerRun, heading: Heading) -> EventStream:
    return EventStream(_frames(run, heading), headers=STREAM_HEADERS)


async def _frames(run: AnswerRun, heading: Heading) -> AsyncGenerator[str, None]:
    yield _frame(heading, DeltaOut(role="assistant", content=""))
    sent = ""
    async with aclosing(run.events(HEARTBEAT_SECONDS)) as events:
        async for event in events:
            for delta in _deltas(event, sent):
                sent += delta.content or ""
                yield _frame(heading, delta)
            if event is None:
                yield HEARTBEAT
            elif isinstance(event, FinishedEvent):
                yield _last_frame(heading, event.answer)
    error = await run.failure()
    if error is not None:
        yield _error_frame(error)
    yield DONE


def _deltas(event: BaseModel | None, sent: str) -> list[DeltaOut]:
    """What the event adds to the text that was sent so far."""
    match event:
        case ReasoningEvent(text=text):
            return [DeltaOut(reasoning_content=text)]
        case SentenceEvent(sentence=sentence):
            words = piece(sentence, first=not sent)
        case FinishedEvent(answer=answer):
            words = "" if sent else text_of(answer)  # a refusal has no sentences
        case _:
            words = ""
    return [DeltaOut(content=words)] if words else []


def _frame(heading: Heading, delta: DeltaOut) -> str:
    return _data(_chunk(heading, ChunkChoiceOut(delta=delta)))


def _last_frame(heading: Heading, answer: AnswerOut) -> str:
    last = _chunk(heading, ChunkChoiceOut(delta=DeltaOut(), finish_reason="stop"))
    return _data(last.model_copy(update={"colophon": colophon_out(answer)}))


def _error_frame(error: BaseException) -> str:
    known = isinstance(error, KnowledgeBaseError)
    code = error.code if isinstance(error, KnowledgeBaseError) else KnowledgeBaseError.code
    detail = ErrorDetailOut(message=str(error) if known else UNEXPECTED, type=code, code=code)
    return _data(ErrorFrameOut(error=detail))


def _chunk(heading: Heading, choice: ChunkChoiceOut) -> ChatChunkOut:
    return ChatChunkOut(
        id=heading.id, created=heading.created, model=heading.model, choices=[choice]
    )


def _data(event: BaseModel) -> str:
    return f"data: {event.model_dump_json()}\n\n"
