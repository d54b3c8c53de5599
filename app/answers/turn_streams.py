"""Server-sent events of one answer, as the HTML standard frames them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from pydantic import BaseModel
from starlette.responses import StreamingResponse

from app.answers.answer_runs import AnswerRun
from app.errors import UNEXPECTED
from app.shapes.asking import (
    FailedEvent,
    FinishedEvent,
    ReasoningEvent,
    SentenceEvent,
    StageEvent,
    StartedEvent,
)

HEARTBEAT_SECONDS = 10.0  # proxies drop a silent connection after 30 to 60
HEARTBEAT: Final = ": waiting\n\n"
# X-Accel-Buffering: nginx would hold the words back until the answer is complete.
STREAM_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

NAMES: Final[dict[type[BaseModel], str]] = {
    StartedEvent: "started",
    StageEvent: "stage",
    ReasoningEvent: "reasoning",
    SentenceEvent: "sentence",
    FinishedEvent: "finished",
    FailedEvent: "failed",
}


class EventStream(StreamingResponse):
    media_type = "text/event-stream"


def event_stream(run: AnswerRun, request_id: str) -> EventStream:
    return EventStream(_frames(run, request_id), headers=STREAM_HEADERS)


def frame(event: BaseModel) -> str:
    # JSON has no raw line break, so one `data:` line always holds the whole event.
    return f"event: {NAMES[type(event)]}\ndata: {event.model_dump_json()}\n\n"


async def _frames(run: AnswerRun, request_id: str) -> AsyncGenerator[str, None]:
    async with aclosing(run.events(HEARTBEAT_SECONDS)) as events:
        async for event in events:
            yield HEARTBEAT if event is None else frame(event)
    if await run.failure() is not None:
        yield frame(FailedEvent(code="error", message=UNEXPECTED, request_id=request_id))
