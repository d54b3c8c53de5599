"""Stored bytes → blocks → chunks → vectors → a new revision, as steps that may run twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from ingestion import chunk_rows as rows
from ingestion import records
from ingestion.blobs import Blobs
from ingestion.jobs import Jobs
from ingestion.languages import Languages
from ingestion.making import Makers
from ingestion.parsing.parse import Parsed
from ingestion.records import VersionRecord
from ingestion.sniff import sniff
from retrieval.errors import NotFound
from retrieval.indexes.index import Index
from retrieval.store.database import Database
from retrieval.store.live import claim
from retrieval.store.revisions import commit, live_chunk_ids
from retrieval.tables import documents, versions
from retrieval.types import ChunkId, DocumentState, KnowledgeBaseId, VersionId

Progress = Callable[[int, int], None]
PROGRESS_SECONDS = 0.5  # between two updates of the row that people watch


class Parser(Protocol):
    def __call__(self, version: VersionRecord, media_type: str, progress: Progress) -> Parsed:
        """Raises: Invalid or Unsupported with the sentence that the admin reads."""
        ...


@dataclass(frozen=True, slots=True)
class Pipeline:
    database: Database
    blobs: Blobs
    jobs: Jobs
    index: Index
    makers: Makers
    parser: Parser
    timer: Callable[[], float]  # monotonic seconds
    languages: Languages = field(default_factory=Languages)

    def parse(self, job: str, version_id: VersionId) -> None:
        """Keeps the blocks of the version; needs no model.

        Raises: NotFound when the document is gone meanwhile, Invalid for an unreadable file.
        """
        with self.database.read() as connection:
            version = _require_version(connection, version_id)
            document = records.require_document(connection, version.document)
            if rows.is_parsed(connection, version_id):
                return
        self.jobs.advance(job, DocumentState.PARSING, 0, 0)
        media_type = sniff(self.blobs.path(version.blob), version.filename)
        parsed = self.parser(version, media_type, self._progress(job, DocumentState.PARSING))
        title = parsed.title.strip() or version.filename
        language = self.languages.of(block.text for block in parsed.blocks)
        with self.database.write() as connection:
            records.require_document(connection, document.id, held=True)
            rows.keep_blocks(connection, version, parsed)
            connection.execute(
                update(versions)
                .where(versions.c.id == version_id)
                .values(media_type=media_type, pages=parsed.pages, title=title, language=language)
            )

    def chunk(self, version_id: VersionId) -> list[ChunkId]:
        """Chunks a parsed version by its stored blocks; once for each identity of the chunker.

        The chunks are invisible until a commit. Raises: Unavailable while the embedder loads,
        NotFound when the document is gone meanwhile.
        """
        with self.database.read() as connection:
            version = _require_version(connection, version_id)
            document = records.require_document(connection, version.document)
        chunker = self.makers.of(document.knowledge_base).chunker
        identity = chunker.identity
        with self.database.read() as connection:
            known = rows.chunk_ids(connection, version_id, identity)
            title = connection.scalar(select(versions.c.title).where(versions.c.id == version_id))
        if known:
            return known
        pieces = chunker.chunk(title or "", self.index.corpus.blocks(version_id))
        with self.database.write() as connection:
            document = records.require_document(connection, version.document, held=True)
            return rows.keep_chunks(connection, document.knowledge_base, version, pieces, identity)

    def embed(self, job: str, version_id: VersionId) -> int:
        """Computes the vectors that are missing; returns how many. Raises: Unavailable."""
        made = self.chunk(version_id)
        with self.database.read() as connection:
            version = _require_version(connection, version_id)
            document = records.require_document(connection, version.document)
            texts, tokens = rows.texts(connection, made), rows.tokens(connection, made)
        vectors = self.makers.of(document.knowledge_base).vectors
        known = vectors.store.known(vectors.embedder.identity.key, list(texts))
        missing = texts.keys() - set(known)
        self.jobs.note_embedding(job, len(missing), sum(tokens[digest] for digest in missing))
        return vectors.embed(texts, self._progress(job, DocumentState.EMBEDDING))

    def commit(self, job: str, version_id: VersionId) -> None:
        """Makes the version what the document says, unless a newer one is that already.

        Where a re-index put another embedder or chunker in since `embed`, the version is made for
        that one first. Raises: Unavailable, Overloaded while the embedder does not answer.
        """
        while not self._committed(job, version_id):
            self.embed(job, version_id)

    def _committed(self, job: str, version_id: VersionId) -> bool:
        """False when chunks or vectors of the live index's making are missing."""
        with self.index.changing():
            with self.database.read() as connection:
                version = _require_version(connection, version_id)
                document = records.require_document(connection, version.document)
            maker = self.makers.of(document.knowledge_base)
            born = self.chunk(version_id)
            known = self.index.entries.with_vector(maker.embedder.identity.key, born)
            if len(known) < len(born):
                return False
            base = document.knowledge_base
            self.index.add(base, born)
            try:
                with self.database.write() as connection:
                    records.hold_document(connection, document.id)
                    died = self._switch(connection, base, version, born)
                    claim(connection, base, maker.makes())
                    self.jobs.finish(connection, job)
            except NotFound:
                self.index.sweep(base, born)  # deleted since it was looked at
                raise
            self.index.sweep(base, died)
            return True

    def _progress(self, job: str, stage: DocumentState) -> Progress:
        """Tells the job, but not so often that the telling slows the work."""
        last = 0.0

        def tell(done: int, total: int) -> None:
            nonlocal last
            now = self.timer()
            if done >= total or now - last >= PROGRESS_SECONDS:
                last = now
                self.jobs.advance(job, stage, done, total)

        return tell

    def _switch(
        self,
        connection: Connection,
        knowledge_base: KnowledgeBaseId,
        version: VersionRecord,
        born: Sequence[ChunkId],
    ) -> list[ChunkId]:
        """Returns the chunks to take out of the indexes."""
        if rows.newer_is_live(connection, version):
            return list(born)
        fresh = set(born)
        died = [old for old in live_chunk_ids(connection, version.document) if old not in fresh]
        now = self.jobs.clock()
        commit(
            connection,
            knowledge_base,
            born=born,
            died=died,
            reason=f"{version.filename}, version {version.number}",
            now=now,
        )
        title = connection.scalar(select(versions.c.title).where(versions.c.id == version.id))
        connection.execute(
            update(documents)
            .where(documents.c.id == version.document)
            .values(
                live_version_id=version.id,
                title=title,
                state=DocumentState.SEARCHABLE,
                error=None,
                updated_at=now,
            )
        )
        return died


def _require_version(connection: Connection, version_id: VersionId) -> VersionRecord:
    version = records.version(connection, version_id)
    if version is None:
        raise NotFound("This document does not exist any more.")
    return version
