"""Stored answers that quote a document, when that document is purged (docs/decisions/0013)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, cast, or_, select, update
from sqlalchemy.engine import Connection

from app.answers.stored_answers import cited_documents, masked, without_rewriting
from app.shapes.asking import AnswerOut
from app.tables import turns
from retrieval.types import DocumentId


@dataclass(frozen=True, slots=True)
class StoredQuotations:
    """Quotes and the sentences that rest on them go; a withheld sentence marks their place."""

    def erase(self, connection: Connection, documents: Sequence[DocumentId]) -> int:
        """Returns how many answers quoted them. Those beside them lose what was thought."""
        named = or_(*(cast(turns.c.answer, Text).contains(document) for document in documents))
        conversations = select(turns.c.conversation_id).where(named)
        return self._erase(connection, turns.c.conversation_id.in_(conversations), documents)

    def erase_from(self, connection: Connection, conversation: str, attachment: DocumentId) -> None:
        """What its answers quote of a file, and all that was thought with the file in view."""
        self._erase(connection, turns.c.conversation_id == conversation, [attachment])

    def _erase(
        self, connection: Connection, of: ColumnElement[bool], documents: Sequence[DocumentId]
    ) -> int:
        query = select(turns.c.id, turns.c.answer).where(of, turns.c.answer.is_not(None))
        quoting = 0
        for row in connection.execute(query).all():
            answer = AnswerOut.model_validate(row.answer)
            cited = cited_documents([answer])
            quoting += not cited.isdisjoint(documents)
            kept = without_rewriting(masked(answer, cited - set(documents)))
            connection.execute(
                update(turns)
                .where(turns.c.id == row.id)
                .values(answer=kept.model_dump(mode="json"))
            )
        return quoting
