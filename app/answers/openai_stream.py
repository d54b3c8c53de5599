"""One answer in OpenAI's two forms: a completion at once, or chunks as sentences are checked."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from pydantic import BaseModel

from app.answers.answer_runs import AnswerRun
from app.answers.openai_text import appended, piece, text_of
from app.answers.openai_wire import (
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
from app.answers.turn_streams import HEARTBEAT, HEARTBEAT_SECONDS, STREAM_HEADERS, EventStream
from app.errors import UNEXPECTED
from app.shapes.asking import AnswerOut, CitationOut, FinishedEvent, ReasoningEvent, SentenceEvent
from retrieval.errors import KnowledgeBaseError, Unavailable

LOOK_SECONDS = 1.0  # how often a completion looks whether its client is still there
DONE = "data: [DONE]\n\n"


@dataclass(frozen=True, slots=True)
class Heading:
    """What every chunk of a completion repeats."""

    id: str
    created: int  # seconds since 1970
    model: str
    home: str  # where people open Colophon: links into the Reader begin with it


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
        colophon=colophon_out(answer, heading.home),
    )
    return ChatOut(
        id=heading.id,
        created=heading.created,
        model=heading.model,
        choices=[ChoiceOut(message=message)],
    )


def completion_stream(run: AnswerRun, heading: Heading) -> EventStream:
    return EventStream(_frames(run, heading), headers=STREAM_HEADERS)


@dataclass(slots=True)
class _Sent:
    """What the client has by now. It cannot be taken back."""

    text: str = ""
    citations: list[CitationOut] = field(default_factory=list)

    def reasoning_or_words(self, event: BaseModel | None) -> DeltaOut | None:
        """What a step adds; None when it adds nothing."""
        if isinstance(event, ReasoningEvent):
            return DeltaOut(reasoning_content=event.text)
        if not isinstance(event, SentenceEvent):
            return None
        words = piece(event.sentence, first=not self.text)
        self.text += words
        self.citations += event.citations
        return DeltaOut(content=words) if words else None

    def ending(self, answer: AnswerOut) -> tuple[DeltaOut, AnswerOut]:
        """What is left to say, and the answer as it then reads.

        An answer that ends as quotes or as a refusal replaces what was streamed; here it follows.
        """
        whole = text_of(answer)
        if whole.startswith(self.text):
            return DeltaOut(content=whole.removeprefix(self.text)), answer
        follows = appended(answer, self.citations)
        return DeltaOut(content=f"\n\n{text_of(follows)}"), follows


async def _frames(run: AnswerRun, heading: Heading) -> AsyncGenerator[str, None]:
    yield _frame(heading, DeltaOut(role="assistant", content=""))
    sent = _Sent()
    async with aclosing(run.events(HEARTBEAT_SECONDS)) as events:
        async for event in events:
            delta = sent.reasoning_or_words(event)
            if delta is not None:
                yield _frame(heading, delta)
            elif event is None:
                yield HEARTBEAT
            elif isinstance(event, FinishedEvent):
                rest, answer = sent.ending(event.answer)
                if rest.content:
                    yield _frame(heading, rest)
                yield _last_frame(heading, answer)
    error = await run.failure()
    if error is not None:
        yield _error_frame(error)
    yield DONE


def _frame(heading: Heading, delta: DeltaOut) -> str:
    return _data(_chunk(heading, ChunkChoiceOut(delta=delta)))


def _last_frame(heading: Heading, answer: AnswerOut) -> str:
    last = _chunk(heading, ChunkChoiceOut(delta=DeltaOut(), finish_reason="stop"))
    return _data(last.model_copy(update={"colophon": colophon_out(answer, heading.home)}))


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
