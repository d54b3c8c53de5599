"""One's own conversations, and what one thought of their answers."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.deps import CurrentUser, PlatformDep
from app.shapes.asking import (
    ConversationDetailOut,
    ConversationOut,
    ConversationPatchIn,
    FeedbackIn,
    TurnOut,
)
from app.shapes.base import Page

router = APIRouter(tags=["conversations"])


@router.get("/conversations")
def list_conversations(
    user: CurrentUser,
    platform: PlatformDep,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Page[ConversationOut]:
    return platform.conversations.page(user.id, text=q.strip(), limit=limit, offset=offset)


@router.get("/conversations/{conversation_id}")
def get_conversation(
    conversation_id: str, user: CurrentUser, platform: PlatformDep
) -> ConversationDetailOut:
    scope = platform.access.scope_of(user)
    return platform.recall.conversation(user.id, scope, conversation_id)


@router.patch("/conversations/{conversation_id}")
def change_conversation(
    conversation_id: str, body: ConversationPatchIn, user: CurrentUser, platform: PlatformDep
) -> ConversationOut:
    return platform.conversations.change(user.id, conversation_id, body)


@router.delete("/conversations/{conversation_id}", status_code=204)
def delete_conversation(conversation_id: str, user: CurrentUser, platform: PlatformDep) -> None:
    platform.conversations.delete(user.id, conversation_id)


@router.post("/conversations/{conversation_id}/restore")
def restore_conversation(
    conversation_id: str, user: CurrentUser, platform: PlatformDep
) -> ConversationOut:
    return platform.conversations.restore(user.id, conversation_id)


@router.put("/turns/{turn_id}/feedback")
def rate_answer(
    turn_id: str, body: FeedbackIn, user: CurrentUser, platform: PlatformDep
) -> TurnOut:
    platform.turns.rate(user.id, turn_id, body)
    return platform.recall.turn(user.id, platform.access.scope_of(user), turn_id)
