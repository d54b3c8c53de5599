"""Work in the background, as administrators see it."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.deps import AdminUser, PlatformDep
from app.library.jobs_view import JobState
from app.shapes.base import Page
from app.shapes.library import JobOut

router = APIRouter(prefix="/admin/jobs", tags=["jobs"])


@router.get("")
def list_jobs(
    _admin: AdminUser,
    platform: PlatformDep,
    state: JobState | None = None,
    knowledge_base_id: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Page[JobOut]:
    return platform.jobs.page(
        state=state, knowledge_base=knowledge_base_id, limit=limit, offset=offset
    )
