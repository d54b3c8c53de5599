"""Turns as stored: a question, its answer, what its asker thought of it.

NOTE: an answer read here is as it was given. Only `recall.py` may hand it on, for it removes what
the asker may no longer read.
"""

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, insert, select, union_all, update

from app.answers.stored_answers import cited_documents, masked
from app.clock import Clock
from app.shapes.asking import AnswerOut, FeedbackIn, TurnOut
from app.tables import attachments, conversations, turns
from ingestion.history.erasure import PURGING
from retrieval.errors import NotFound
from retrieval.store.database import Database
from retrieval.tables import documents


@dataclass(frozen=True, slots=True)
class Turns:
    database: Database
    clock: Clock

    def add(
        self, turn_id: str, conversation_id: str, question: str, asked_of: Set[str] = frozenset()
    ) -> None:
        """`asked_of`: ids of knowledge bases, types.ATTACHED for files; empty: not known."""
        now = self.clock()
        turn = {"id": turn_id, "conversation_id": conversation_id, "question": question}
        with self.database.write() as connection:
            connection.execute(
                insert(turns).values(**turn, asked_of=sorted(asked_of), created_at=now)
            )
            connection.execute(
                update(conversations)
                .where(conversations.c.id == conversation_id)
                .values(updated_at=now)
            )

    def record_answer(self, turn_id: str, answer: AnswerOut) -> None:
        """Without what rests on a document that was purged, or a file that was removed, while the
        answer was made."""
        cited = cited_documents([answer])
        living = documents.c.state != PURGING
        shelved = select(documents.c.id).where(documents.c.id.in_(cited), living)
        attached = select(attachments.c.id).where(attachments.c.id.in_(cited))
        with self.database.write() as connection:
            kept = masked(answer, frozenset(connection.scalars(union_all(shelved, attached))))
            connection.execute(
                update(turns)
                .where(turns.c.id == turn_id)
                .values(answer=kept.model_dump(mode="json"))
            )

    def record_error(self, turn_id: str, sentence: str) -> None:
        self._set(turn_id, error=sentence)

    def rate(self, owner: str, turn_id: str, feedback: FeedbackIn) -> None:
        """Raises: NotFound."""
        self.conversation_of(owner, turn_id)
        self._set(
            turn_id,
            feedback=feedback.feedback,
            feedback_reason=feedback.reason if feedback.feedback == "down" else None,
        )

    def conversation_of(self, owner: str, turn_id: str) -> str:
        """Raises: NotFound."""
        with self.database.read() as connection:
            row = connection.execute(_of(owner).where(turns.c.id == turn_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such question.")
        return str(row.conversation_id)

    def asked_of(self, owner: str, conversation_id: str) -> frozenset[str]:
        """What all its questions were asked of; with "" where that of one is not known."""
        query = _of(owner).where(conversations.c.id == conversation_id)
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return frozenset(one for row in rows for one in row.asked_of or [""])

    def of(self, owner: str, conversation_id: str) -> list[TurnOut]:
        """In the order of asking."""
        query = _of(owner).where(conversations.c.id == conversation_id)
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(turns.c.created_at, turns.c.id))
            return [TurnOut.model_validate(row) for row in rows]

    def _set(self, turn_id: str, **values: object) -> None:
        with self.database.write() as connection:
            connection.execute(update(turns).where(turns.c.id == turn_id).values(**values))


def _of(owner: str) -> Select[Any]:
    return (
        select(turns)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .where(conversations.c.user_id == owner, conversations.c.deleted_at.is_(None))
    )
