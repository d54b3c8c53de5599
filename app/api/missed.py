"""What readers missed: thumbs-downs, and questions that nothing answered."""

from fastapi import APIRouter

from app.api.deps import AdminUser, PlatformDep
from app.shapes.quality import ComplaintOut, UnansweredOut

router = APIRouter(prefix="/admin", tags=["quality"])


@router.get("/knowledge-bases/{knowledge_base_id}/complaints")
def list_complaints(
    knowledge_base_id: str, user: AdminUser, platform: PlatformDep
) -> list[ComplaintOut]:
    """Answers with a thumbs-down, newest first, without who gave it."""
    platform.library.get(knowledge_base_id)
    return platform.complaints.of(knowledge_base_id, platform.access.scope_of(user))


@router.get("/knowledge-bases/{knowledge_base_id}/unanswered")
def list_unanswered(
    knowledge_base_id: str, user: AdminUser, platform: PlatformDep
) -> UnansweredOut:
    platform.library.get(knowledge_base_id)
    return platform.unanswered.of(knowledge_base_id, platform.access.scope_of(user))


@router.post("/unanswered", status_code=204)
def group_unanswered(user: AdminUser, platform: PlatformDep) -> None:
    """Groups the questions of the last eight weeks now; else that is done once a week."""
    platform.unanswered.group_now(user)


@router.post("/unanswered/{group_id}/dismiss", status_code=204)
def dismiss_unanswered(group_id: str, user: AdminUser, platform: PlatformDep) -> None:
    platform.unanswered.dismiss(user, group_id)
