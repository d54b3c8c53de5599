"""Taking documents and knowledge bases away: invisible at once, swept afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from ingestion import records
from retrieval.database import Database
from retrieval.index import Index
from retrieval.revisions import commit, live_chunk_ids
from retrieval.tables import documents, jobs, knowledge_bases
from retrieval.types import DocumentId, DocumentState, KnowledgeBaseId


@dataclass(frozen=True, slots=True)
class Removal:
    database: Database
    index: Index
    clock: Callable[[], datetime]

    def remove_document(self, document: DocumentId) -> None:
        """A commit without it. Raises: NotFound."""
        with self.index.changing():
            with self.database.write() as connection:
                record = records.require_document(connection, document)
                died = live_chunk_ids(connection, document)
                now = self.clock()
                commit(
                    connection,
                    record.knowledge_base,
                    born=[],
                    died=died,
                    reason=f"{record.title} removed",
                    now=now,
                )
                connection.execute(
                    update(documents)
                    .where(documents.c.id == document)
                    .values(state=DocumentState.DELETED, deleted_at=now, updated_at=now)
                )
                connection.execute(
                    update(jobs)
                    .where(jobs.c.document_id == document, jobs.c.state.in_(["queued", "running"]))
                    .values(state="failed", error="The document was deleted.", updated_at=now)
                )
            self.index.remove(record.knowledge_base, died)

    def remove_knowledge_base(self, knowledge_base: KnowledgeBaseId) -> None:
        """With all that is in it. Raises: NotFound."""
        with self.index.changing():
            with self.database.write() as connection:
                records.require_knowledge_base(connection, knowledge_base)
                connection.execute(
                    delete(knowledge_bases).where(knowledge_bases.c.id == knowledge_base)
                )
            self.index.drop(knowledge_base)

    def documents_of_source(self, source: str) -> list[DocumentId]:
        query = select(documents.c.id).where(
            documents.c.source_id == source, documents.c.deleted_at.is_(None)
        )
        with self.database.read() as connection:
            return [DocumentId(row) for row in connection.scalars(query)]
