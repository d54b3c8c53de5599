"""Files that people attach to their questions. Each sees only their own."""

from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile

from app.api.deps import CurrentUser, PlatformDep
from app.shapes.attachments import AttachmentOut, AttachmentTextOut

router = APIRouter(prefix="/attachments", tags=["attachments"])


@router.get("")
def list_attachments(
    user: CurrentUser,
    platform: PlatformDep,
    conversation_id: Annotated[str | None, Query()] = None,
) -> list[AttachmentOut]:
    """Of the conversation; without one, those with which nothing was asked yet."""
    if conversation_id is None:
        return platform.attachments.unasked(user.id)
    platform.conversations.get(user.id, conversation_id)
    return platform.attachments.of_conversation(user.id, conversation_id)


@router.post("", status_code=202)
def attach_file(
    file: Annotated[UploadFile, File()], user: CurrentUser, platform: PlatformDep
) -> AttachmentOut:
    return platform.attachments.take(user.id, file.filename or "", file.file)


@router.get("/{attachment_id}")
def get_attachment(attachment_id: str, user: CurrentUser, platform: PlatformDep) -> AttachmentOut:
    return platform.attachments.get(user.id, attachment_id)


@router.get("/{attachment_id}/text")
def read_attachment(
    attachment_id: str, user: CurrentUser, platform: PlatformDep
) -> AttachmentTextOut:
    return platform.attachments.text(user.id, attachment_id)


@router.delete("/{attachment_id}", status_code=204)
def remove_attachment(attachment_id: str, user: CurrentUser, platform: PlatformDep) -> None:
    platform.attachments.remove(user.id, attachment_id)
