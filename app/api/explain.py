"""Why this answer? A question replayed stage by stage, in the asking administrator's own scope."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from app.answers.narrowing import narrowed
from app.api.deps import AdminUser, PlatformDep
from app.shapes.explaining import ExplainIn, ExplainOut

router = APIRouter(prefix="/admin", tags=["quality"])


@router.post("/explain")
async def explain_answer(body: ExplainIn, user: AdminUser, platform: PlatformDep) -> ExplainOut:
    """Asks it now and keeps nothing. Of a conversation, one's own alone, only the files are read:
    a follow-up is asked as what was searched for."""
    readable = await run_in_threadpool(platform.access.scope_of, user)
    scope = narrowed(readable, body.knowledge_base_ids, body.filters)
    return await platform.explaining.explain(user.id, body.question, scope, body.conversation_id)
