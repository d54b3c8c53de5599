"""Taking documents and knowledge bases away: invisible at once, swept afterwards.

A document is gone when its transaction has ended, whatever else is being committed: nobody who
deletes one waits for the indexes of a large upload.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from ingestion import records
from ingestion.records import DocumentRecord
from retrieval.indexes.index import Index
from retrieval.store.database import Database
from retrieval.store.revisions import commit, live_chunk_ids
from retrieval.tables import documents, jobs, knowledge_bases
from retrieval.types import ChunkId, DocumentId, DocumentState, KnowledgeBaseId

REMOVED_AT_A_TIME: Final = 500  # documents a revision
Noted = Callable[[Connection, list[DocumentId]], None]


def nothing_noted(_connection: Connection, _documents: list[DocumentId]) -> None:
    """Where nobody keeps count."""


def at_the_next_look() -> None:
    """Where nobody can wait: `Index.compare` and `Index.sync` let it leave first."""


@dataclass(frozen=True, slots=True)
class Removal:
    database: Database
    index: Index
    clock: Callable[[], datetime]
    let_leave_soon: Callable[[], object] = at_the_next_look  # `Index.let_leave`, where one can wait

    def remove_document(self, document: DocumentId) -> None:
        """A commit without it. Raises: NotFound."""
        with self.database.write() as connection:
            record = records.hold_document(connection, document)
            died = self._take_away(connection, [record], f"{record.title} removed")
        self._sweep(record.knowledge_base, died)

    def remove_documents(
        self, wanted: Sequence[DocumentId], *, reason: str, noted: Noted = nothing_noted
    ) -> None:
        """One commit without any of them, all of one knowledge base.

        Those that are gone already are passed over. `noted` hears of the others in the same
        transaction, so that what is counted there is counted once.
        """
        with self.database.write() as connection:
            there = records.hold_living(connection, wanted)
            if not there:
                return
            died = self._take_away(connection, there, reason)
            noted(connection, [record.id for record in there])
        self._sweep(there[0].knowledge_base, died)

    def _sweep(self, knowledge_base: KnowledgeBaseId, died: Sequence[ChunkId]) -> None:
        if not self.index.leave(knowledge_base, died):
            self.let_leave_soon()

    def _take_away(
        self, connection: Connection, gone: Sequence[DocumentRecord], reason: str
    ) -> list[ChunkId]:
        """Returns the chunks to take out of the indexes."""
        died = [chunk for record in gone for chunk in live_chunk_ids(connection, record.id)]
        base, now = gone[0].knowledge_base, self.clock()
        commit(connection, base, born=[], died=died, reason=reason, now=now)
        ids = [record.id for record in gone]
        connection.execute(
            update(documents)
            .where(documents.c.id.in_(ids))
            .values(state=DocumentState.DELETED, deleted_at=now, updated_at=now)
        )
        connection.execute(
            update(jobs)
            .where(jobs.c.document_id.in_(ids), jobs.c.state.in_(["queued", "running"]))
            .values(state="failed", error="The document was deleted.", updated_at=now)
        )
        return died

    def remove_knowledge_base(self, knowledge_base: KnowledgeBaseId) -> None:
        """With all that is in it, once nothing is committed any more. Raises: NotFound."""
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
