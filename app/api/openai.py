"""What OpenAI clients call: the knowledge bases as models."""

import time

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.answers.narrowing import narrowed
from app.answers.openai_stream import Heading, completion, completion_stream
from app.answers.openai_wire import ChatIn, ChatOut, ModelsOut
from app.answers.standing import Standing
from app.api.deps import CurrentUser, PlatformDep, scope_now

router = APIRouter(prefix="/v1", tags=["openai"])


@router.get("/models")
def list_models(user: CurrentUser, platform: PlatformDep) -> ModelsOut:
    return platform.openai.models(platform.access.scope_of(user))


@router.post("/chat/completions", response_model=ChatOut)
async def complete_chat(
    body: ChatIn, request: Request, user: CurrentUser, platform: PlatformDep
) -> ChatOut | Response:
    readable = await run_in_threadpool(platform.access.scope_of, user)
    chosen = await run_in_threadpool(platform.openai.chosen, body.model, readable)
    wanted = narrowed(chosen, None, body.colophon.filters)
    standing = Standing(scope_now(request, platform), platform.reading)
    run = platform.openai.begin(user.id, wanted, body, standing)
    home = platform.settings.server.public_url or str(request.base_url)
    heading = Heading(f"chatcmpl-{run.id}", int(time.time()), body.model, home)
    if body.stream:
        return completion_stream(run, heading)
    return await completion(run, heading, request.is_disconnected)
