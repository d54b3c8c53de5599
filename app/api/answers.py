"""Questions and their streamed answers."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from app.answers.asking import Asked
from app.answers.narrowing import narrowed
from app.answers.standing import Standing
from app.answers.turn_streams import EventStream, event_stream
from app.api.deps import CurrentUser, PlatformDep, scope_now
from app.shapes.asking import AskIn

router = APIRouter(prefix="/answers", tags=["answers"])

STREAM: Final = "Events `started`, `stage`*, `reasoning`*, `sentence`*, then `finished` or `failed`"


@router.post("", response_class=EventStream, responses={200: {"description": STREAM}})
async def ask(
    body: AskIn, request: Request, user: CurrentUser, platform: PlatformDep
) -> EventStream:
    readable = await run_in_threadpool(platform.access.scope_of, user)
    request_id: str = request.state.request_id
    asked = Asked(
        asker=user.id,
        question=body.question,
        readable=readable,
        chosen=narrowed(readable, body.knowledge_base_ids, body.filters, may_be_none=True),
        request_id=request_id,
        standing=Standing(scope_now(request, platform), platform.reading),
        conversation_id=body.conversation_id,
        attachment_ids=tuple(body.attachment_ids),
    )
    run = await platform.asking.ask(asked)
    return event_stream(run, request_id)


@router.post("/{turn_id}/stop", status_code=204)
async def stop_answer(turn_id: str, user: CurrentUser, platform: PlatformDep) -> None:
    await platform.asking.stop(user.id, turn_id)
