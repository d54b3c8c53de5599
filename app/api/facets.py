"""Tags of documents, and what people can filter by."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.answers.narrowing import narrowed
from app.api.deps import AdminUser, CurrentUser, PlatformDep
from app.shapes.base import Ids
from app.shapes.facets import FacetsOut, TagsIn

router = APIRouter(tags=["filters"])


@router.get("/filters")
def list_filters(
    user: CurrentUser,
    platform: PlatformDep,
    knowledge_base_id: Annotated[Ids | None, Query()] = None,
) -> FacetsOut:
    """Of the named knowledge bases; of all that one may read when none is named."""
    scope = narrowed(platform.access.scope_of(user), knowledge_base_id)
    return platform.facets.of(scope)


@router.post("/admin/documents/tags", status_code=204)
def change_tags(body: TagsIn, user: AdminUser, platform: PlatformDep) -> None:
    platform.tags.change(body, user)
