"""The pages of a document as pictures, for whoever may read it."""

from enum import IntEnum
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request, Response

from app.api.deps import CurrentUser, PlatformDep, scope_now
from app.library.pages_view import PageWanted, tag_of
from app.shapes.library import PagesOut
from ingestion.page_pictures import PICTURE_TYPE
from retrieval.types import DocumentId

router = APIRouter(tags=["documents"])


class Width(IntEnum):
    """Pixels. Few, so that browsers ask for the same picture again."""

    NARROW = 600
    MIDDLE = 1000
    WIDE = 1600


# A browser may keep it, but asks each time whether its reader may still see it.
KEPT: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-cache",
}
From1 = Annotated[int, Path(ge=1, le=1_000_000)]


def wanted_page(
    document_id: str, number: From1, page: From1, width: Width = Width.MIDDLE
) -> PageWanted:
    return PageWanted(DocumentId(document_id), number, page, int(width))


@router.get("/documents/{document_id}/versions/{number}/pages")
async def list_pages(
    document_id: str, number: From1, request: Request, user: CurrentUser, platform: PlatformDep
) -> PagesOut:
    now = scope_now(request, platform)
    return await platform.pages.sizes(DocumentId(document_id), number, now, user.id)


@router.get(
    "/documents/{document_id}/versions/{number}/pages/{page}",
    response_class=Response,
    responses={200: {"content": {PICTURE_TYPE: {}}}, 304: {"description": "The same as before"}},
)
async def get_page(
    request: Request,
    wanted: Annotated[PageWanted, Depends(wanted_page)],
    user: CurrentUser,
    platform: PlatformDep,
) -> Response:
    now = scope_now(request, platform)
    file = await platform.pages.file(wanted, now)
    headers = KEPT | {"ETag": tag_of(file, wanted)}
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    picture = await platform.pages.picture(file, wanted, user.id, request.is_disconnected)
    await platform.pages.file(wanted, now)  # it may have been taken away while it was drawn
    return Response(picture, media_type=PICTURE_TYPE, headers=headers)
