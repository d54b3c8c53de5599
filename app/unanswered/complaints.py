"""Thumbs-downs of all employees, without who gave them."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from sqlalchemy import Row, select

from app.answers.stored_answers import cited_documents
from app.library.reading import Reading
from app.shapes.asking import AnswerOut
from app.shapes.quality import CitedOut, ComplaintOut
from app.tables import conversations, turns
from retrieval.store.database import Database
from retrieval.types import Scope

SHOWN: Final = 100
LOOKED_AT: Final = 1000  # the newest, of all knowledge bases


@dataclass(frozen=True, slots=True)
class Complaints:
    database: Database
    reading: Reading

    def of(self, knowledge_base: str, scope: Scope) -> list[ComplaintOut]:
        """Newest first: of answers that cite this knowledge base, and of those that cite nothing.

        A turn that quotes what the scope may not read is left out whole: its question may tell.
        """
        query = (
            select(turns)
            .join(conversations, conversations.c.id == turns.c.conversation_id)
            .where(
                conversations.c.deleted_at.is_(None),
                turns.c.feedback == "down",
                turns.c.answer.is_not(None),
            )
            .order_by(turns.c.created_at.desc(), turns.c.id)
            .limit(LOOKED_AT)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        answers = {row.id: AnswerOut.model_validate(row.answer) for row in rows}
        near = [row for row in rows if _concerns(answers[row.id], knowledge_base, scope)][:SHOWN]
        readable = self.reading.readable(cited_documents(answers[row.id] for row in near), scope)
        return [_complaint_out(row, answers[row.id], readable) for row in near]


def _concerns(answer: AnswerOut, knowledge_base: str, scope: Scope) -> bool:
    cited = {citation.knowledge_base_id for citation in (*answer.citations, *answer.closest)}
    return (not cited or knowledge_base in cited) and cited <= set(scope.knowledge_bases)


def _complaint_out(row: Row[Any], answer: AnswerOut, readable: frozenset[str]) -> ComplaintOut:
    cited = {
        citation.document_id: CitedOut(
            document_id=citation.document_id,
            title=citation.document_title,
            filename=citation.filename,
        )
        for citation in (*answer.citations, *answer.closest)
        if citation.document_id in readable
    }
    return ComplaintOut(
        turn_id=row.id,
        question=row.question,
        reason=row.feedback_reason,
        outcome=answer.outcome,
        cited=list(cited.values()),
        asked_on=row.created_at.astimezone(UTC).date(),
    )
