"""Passages without an answer."""

from fastapi import APIRouter

from app.answers.narrowing import narrowed
from app.answers.passages_view import search_out
from app.api.deps import CurrentUser, PlatformDep
from app.shapes.asking import SearchIn, SearchOut

router = APIRouter(prefix="/search", tags=["search"])


@router.post("")
def search(body: SearchIn, user: CurrentUser, platform: PlatformDep) -> SearchOut:
    scope = narrowed(platform.access.scope_of(user), body.knowledge_base_ids, body.filters)
    return search_out(platform.searcher.find(body.question, scope, limit=body.limit))
