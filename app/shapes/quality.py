"""Shapes of what readers missed: thumbs-downs, and questions that nothing answered."""

from datetime import date, datetime
from typing import Literal

from app.shapes.base import Out


class CitedOut(Out):
    document_id: str
    title: str
    filename: str


class ComplaintOut(Out):
    """A turn that its asker gave a thumbs-down. Who that was is not told."""

    turn_id: str
    question: str
    reason: Literal["wrong", "incomplete", "outdated", "source_missing"] | None
    outcome: str  # of the answer: "answered", "quoted", "not_found", "stopped"
    cited: list[CitedOut]  # documents, or the closest ones of a refusal; those that still are there
    asked_on: date


class ConcernedOut(Out):
    knowledge_base_id: str
    name: str
    maintainer: str


class UnansweredGroupOut(Out):
    """Questions of one week that mean the same. Names of this house's people are left out."""

    id: str
    week: date  # its Monday
    count: int
    question: str  # the most central one
    examples: list[str]  # some of the others, each once
    knowledge_bases: list[ConcernedOut]  # of the closest passages; empty when nothing is near
    dismissed: bool


class UnansweredOut(Out):
    groups: list[UnansweredGroupOut]  # newest week first, largest first
    grouped_at: datetime | None  # null: never yet, or nothing was unanswered
