"""What people left of a document that is purged: answers that quote it, entries that name it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.engine import Connection

from app.answers.quotations import StoredQuotations
from app.tables import audit_log
from ingestion.history.traces import NO_NAME
from retrieval.types import DocumentId


@dataclass(frozen=True, slots=True)
class StoredTraces:
    """The audit log keeps who did what and when, and the document's id; no longer its name."""

    quotations: StoredQuotations

    def erase(self, connection: Connection, documents: Sequence[DocumentId]) -> int:
        """Returns how many answers quoted them."""
        these = audit_log.c.document_id.in_(documents)
        connection.execute(update(audit_log).where(these).values(target=NO_NAME))
        return self.quotations.erase(connection, documents)
