"""Shapes of the files that people attach to their questions."""

from datetime import datetime
from typing import Literal

from pydantic import computed_field

from app.shapes.base import Out
from app.shapes.library import BlockOut
from app.shapes.reasons import Reason, reason_of

AttachmentState = Literal["reading", "ready", "failed"]


class AttachmentOut(Out):
    """Only its owner ever sees it."""

    id: str
    conversation_id: str | None  # null until a question was asked with it
    turn_id: str | None  # of the first question that was asked with it
    filename: str
    media_type: str
    size: int  # bytes
    state: AttachmentState
    done: int = 0  # pages, while it is read
    total: int = 0  # of so many; 0 while nobody knows
    error: str | None  # why it could not be read
    pages: int | None
    created_at: datetime

    @computed_field
    def error_code(self) -> Reason | None:
        return reason_of(self.error)


class AttachmentTextOut(Out):
    """What the Reader shows to its owner."""

    attachment: AttachmentOut
    title: str
    blocks: list[BlockOut]
