"""Documents as the Reader opens them: only the live version, only within one's scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from app.library.block_shapes import blocks_out
from app.library.documents_view import NO_DOCUMENT, DocumentsView
from app.shapes.library import ChunkOut, DocumentOut, DocumentTextOut
from ingestion.page_pictures import StoredFile
from retrieval.errors import NotFound
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.store.scoping import readable_in
from retrieval.tables import documents, knowledge_bases, versions
from retrieval.types import DocumentId, Scope, VersionId

BATCH = 500  # ids per statement


@dataclass(frozen=True, slots=True)
class Reading:
    database: Database
    corpus: Corpus
    documents: DocumentsView

    def text(self, document: DocumentId, scope: Scope) -> DocumentTextOut:
        """Raises: NotFound."""
        live = self._live(document, scope)
        blocks = self.corpus.blocks(VersionId(live.live_version_id))
        return DocumentTextOut(
            document=self.documents.get(document),
            knowledge_base_name=live.name,
            blocks=blocks_out(blocks),
        )

    def original(self, document: DocumentId, scope: Scope) -> StoredFile:
        """Raises: NotFound."""
        return _file(self._live(document, scope))

    def version(self, document: DocumentId, number: int, scope: Scope) -> StoredFile:
        """The file of that version while it is the live one: what was replaced is not shown.

        Raises: NotFound.
        """
        live = self._live(document, scope)
        if live.number != number:
            raise NotFound("This version of the document is not shown any more.")
        return _file(live)

    def chunks(self, document: DocumentOut) -> list[ChunkOut]:
        """Visible ones, in reading order."""
        return [
            ChunkOut.model_validate(chunk)
            for chunk in self.corpus.live_chunks(DocumentId(document.id))
        ]

    def readable(self, document_ids: Iterable[str], scope: Scope) -> frozenset[str]:
        """Those of the documents that are there and that the scope may read."""
        ids = sorted(set(document_ids))
        found: set[str] = set()
        with self.database.read() as connection:
            for start in range(0, len(ids), BATCH):
                query = _live(scope).where(documents.c.id.in_(ids[start : start + BATCH]))
                found.update(row.id for row in connection.execute(query))
        return frozenset(found)

    def _live(self, document: DocumentId, scope: Scope) -> Row[Any]:
        with self.database.read() as connection:
            query = _live(scope).where(documents.c.id == document)
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(NO_DOCUMENT)
        return row


def _file(live: Row[Any]) -> StoredFile:
    return StoredFile(live.blob, live.media_type, live.filename)


def _live(scope: Scope) -> Select[Any]:
    return (
        select(
            documents.c.id,
            documents.c.live_version_id,
            knowledge_bases.c.name,
            versions.c.number,
            versions.c.blob,
            versions.c.filename,
            versions.c.media_type,
        )
        .join(knowledge_bases, knowledge_bases.c.id == documents.c.knowledge_base_id)
        .join(versions, versions.c.id == documents.c.live_version_id)
        .where(readable_in(scope), documents.c.deleted_at.is_(None))
    )
