"""Turns that nothing answered, as they stand in living conversations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.engine import Connection

from app.shapes.asking import AnswerOut
from app.tables import conversations, turns
from retrieval.answers import Outcome

BATCH = 500  # ids per statement
MOST = 1000  # of a week, the newest: grouping takes the square of them


@dataclass(frozen=True, slots=True)
class Unanswered:
    """`question` stands alone: a follow-up with the question that it leans on."""

    turn: str
    question: str
    week: str  # its Monday, in UTC
    knowledge_bases: tuple[str, ...]  # of the closest passages; may be none


def week_of(moment: datetime) -> str:
    day: date = moment.astimezone(UTC).date()
    return (day - timedelta(days=day.weekday())).isoformat()


def since(connection: Connection, moment: datetime) -> list[Unanswered]:
    """In the order of asking, the newest `MOST` of each week."""
    query = _unanswered().where(turns.c.created_at >= moment)
    rows = connection.execute(query.order_by(turns.c.created_at.desc(), turns.c.id)).all()
    taken: dict[str, list[Unanswered]] = {}
    for row in rows:
        of_week = taken.setdefault(week_of(row.created_at), [])
        if len(of_week) < MOST:
            of_week.append(_turn(row))
    return [one for week in sorted(taken) for one in reversed(taken[week])]


def of(connection: Connection, ids: Sequence[str]) -> dict[str, Unanswered]:
    """Those of them that are still there and still unanswered."""
    found: dict[str, Unanswered] = {}
    for start in range(0, len(ids), BATCH):
        query = _unanswered().where(turns.c.id.in_(ids[start : start + BATCH]))
        found.update((row.id, _turn(row)) for row in connection.execute(query))
    return found


def _unanswered() -> Select[Any]:
    """Refused, or said by the asker to lack its source."""
    refused = turns.c.answer["outcome"].as_string() == Outcome.NOT_FOUND.value
    return (
        select(turns.c.id, turns.c.question, turns.c.answer, turns.c.created_at)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .where(
            conversations.c.deleted_at.is_(None),
            turns.c.answer.is_not(None),
            or_(refused, turns.c.feedback_reason == "source_missing"),
        )
    )


def _turn(row: Row[Any]) -> Unanswered:
    answer = AnswerOut.model_validate(row.answer)
    near = (citation.knowledge_base_id for citation in (*answer.closest, *answer.citations))
    asked = answer.standalone_question or row.question
    return Unanswered(row.id, asked, week_of(row.created_at), tuple(dict.fromkeys(near)))
