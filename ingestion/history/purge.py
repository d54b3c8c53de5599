"""Purging a document: out of every revision, index and file, and never taken in again.

A crash in the middle is finished at the next start: the empty row that says so goes last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from ingestion.blobs import Blobs
from ingestion.history.erasure import PURGING, Quotations, erase
from ingestion.history.tombstones import is_used
from retrieval.history_tables import purged
from retrieval.indexes.index import Index
from retrieval.store.database import Database
from retrieval.tables import documents
from retrieval.types import DocumentId, KnowledgeBaseId


@dataclass(frozen=True, slots=True)
class Purged:
    title: str
    versions: int
    chunks: int
    vectors: int  # no other text had them
    originals: int  # no other document had the same bytes
    answers: int  # in conversations, that quoted it
    blobs: tuple[str, ...]  # sha256 of what must never be taken in again


@dataclass(frozen=True, slots=True)
class Purge:
    database: Database
    blobs: Blobs
    index: Index
    quotations: Quotations
    clock: Callable[[], datetime]

    def purge(self, document: DocumentId, by: str = "") -> Purged:
        """Also one that is deleted already. Raises: NotFound, Unavailable for the indexes: then
        the words are gone from answers and searches at once, and from the files at the next start.
        """
        with self.index.changing():
            with self.database.write() as connection:
                erased = erase(connection, document, self.quotations, by=by, now=self.clock())
            originals = self._finish(erased.knowledge_base)
        return Purged(
            title=erased.title,
            versions=erased.versions,
            chunks=erased.chunks,
            vectors=erased.vectors,
            originals=len(originals & set(erased.blobs)),
            answers=erased.answers,
            blobs=erased.blobs,
        )

    def finish(self) -> None:
        """What a crash left half-done. Harmless when there is nothing to do."""
        query = select(documents.c.knowledge_base_id).where(documents.c.state == PURGING)
        with self.database.read() as connection:
            bases = sorted(set(connection.scalars(query)))
        for base in bases:
            with self.index.changing():
                self._finish(KnowledgeBaseId(base))

    def _finish(self, base: KnowledgeBaseId) -> set[str]:
        """Out of the files. Returns the originals that went."""
        self.index.rewrite(base)
        removed = self._remove_originals(base)
        if not self.database.settle():
            return removed  # the words are still in the log: the doctor tells, and tries again
        with self.database.write() as connection:
            connection.execute(
                delete(documents).where(
                    documents.c.knowledge_base_id == base, documents.c.state == PURGING
                )
            )
        self.database.settle()
        return removed

    def _remove_originals(self, base: KnowledgeBaseId) -> set[str]:
        with self.database.write() as connection:
            # In a write, so that nobody takes the same bytes into another knowledge base meanwhile.
            query = select(purged.c.blob).where(purged.c.knowledge_base_id == base)
            unused = {blob for blob in connection.scalars(query) if not is_used(connection, blob)}
            there = {blob for blob in unused if self.blobs.path(blob).exists()}
            for blob in there:
                self.blobs.remove(blob)
        return there
