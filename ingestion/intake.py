"""The front door of documents: bytes stored, a row to see, a durable job on its way."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from sqlalchemy.engine import Connection

from ingestion import records
from ingestion.blobs import Blobs, StoredBlob
from ingestion.history.tombstones import refuse_purged
from ingestion.jobs import Jobs, Work
from ingestion.records import DocumentRecord, Incoming, VersionRecord
from ingestion.sniff import sniff
from retrieval.errors import Conflict, Invalid
from retrieval.store.database import Database
from retrieval.types import DocumentId, DocumentState, KnowledgeBaseId, VersionId

MAX_FILENAME = 255  # characters, after the folder part is dropped
UNKNOWN_TYPE = "application/octet-stream"


class Starter(Protocol):
    def start(self, work: Work) -> None:
        """Enqueues the work; a second call with the same id does nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Accepted:
    document: DocumentId
    job: str | None  # None when nothing is to be done
    unchanged: bool  # the same bytes are there, or on their way


@dataclass(frozen=True, slots=True)
class Intake:
    database: Database
    blobs: Blobs
    jobs: Jobs
    starter: Starter
    max_bytes: int
    new_id: Callable[[], str]

    def accept(self, knowledge_base: KnowledgeBaseId, filename: str, content: BinaryIO) -> Accepted:
        """An upload. The same filename again is a new version of the same document.

        Raises: NotFound for the knowledge base, TooLarge, Unsupported for a format that Colophon
        does not read, StorageFull and StorageFailed by the disk. A file that is broken in itself is
        accepted and fails in the job list.
        """
        name = clean_filename(filename)
        return self.accept_incoming(Incoming(knowledge_base, None, name, name), content)

    def accept_incoming(self, incoming: Incoming, content: BinaryIO) -> Accepted:
        """The same for a file that a source follows. Raises: Conflict for purged bytes, too."""
        self.jobs.settle()
        with self.database.read() as connection:
            records.require_knowledge_base(connection, incoming.knowledge_base)
        media_type = UNKNOWN_TYPE

        def check(path: Path) -> None:
            nonlocal media_type
            media_type = _media_type(path, incoming.filename)

        blob = self.blobs.put(content, max_bytes=self.max_bytes, check=check)
        with self.database.write() as connection:
            refuse_purged(connection, self.blobs, incoming, blob.sha256)
            accepted, work = self._record(connection, incoming, blob, media_type)
        if work is not None:
            self.starter.start(work)
        return accepted

    def retry(self, document: DocumentId, run: str | None = None) -> str:
        """Ingests the newest version again; returns the job's id. `run`: of the source, that asks.

        Raises: NotFound, Conflict when nothing failed, StorageFull and StorageFailed by the disk.
        """
        self.jobs.settle()
        with self.database.write() as connection:
            record = records.require_document(connection, document, held=True)
            newest = records.newest_version(connection, document)
            if record.state is not DocumentState.FAILED or newest is None:
                raise Conflict("This document has not failed; there is nothing to try again.")
            work = self._queue(connection, record.knowledge_base, newest, run)
        self.starter.start(work)
        return work.id

    def _record(
        self, connection: Connection, incoming: Incoming, blob: StoredBlob, media_type: str
    ) -> tuple[Accepted, Work | None]:
        records.require_knowledge_base(connection, incoming.knowledge_base)
        records.require_followed(connection, incoming.source)
        existing = records.find_document(connection, incoming)
        newest = records.newest_version(connection, existing.id) if existing else None
        if existing and existing.state is not DocumentState.FAILED:
            job = records.running_job(connection, existing.id)
            live = records.live_version(connection, existing.id)
            # While nothing is on its way, what counts is what is shown, not what was taken last.
            standing = newest if job or live is None else live
            if standing and standing.blob == blob.sha256:
                if standing.etag != incoming.etag:
                    records.set_etag(connection, standing.id, incoming.etag)
                return Accepted(existing.id, job, unchanged=True), None
        had_failed = existing is not None and existing.state is DocumentState.FAILED
        if had_failed and newest and newest.blob == blob.sha256:
            version = newest
        else:
            document = existing.id if existing else self._add_document(connection, incoming)
            version = VersionRecord(
                id=VersionId(self.new_id()),
                document=document,
                number=newest.number + 1 if newest else 1,
                filename=incoming.filename,
                media_type=media_type,
                size=blob.size,
                blob=blob.sha256,
                created_at=self.jobs.clock(),
                etag=incoming.etag,
            )
            records.insert_version(connection, version)
        work = self._queue(connection, incoming.knowledge_base, version, incoming.run)
        return Accepted(version.document, work.id, unchanged=False), work

    def _add_document(self, connection: Connection, incoming: Incoming) -> DocumentId:
        record = DocumentRecord(
            id=DocumentId(self.new_id()),
            knowledge_base=incoming.knowledge_base,
            key=incoming.key,
            title=incoming.filename,
            state=DocumentState.STORED,
        )
        now = self.jobs.clock()
        records.insert_document(connection, record, source=incoming.source, now=now)
        return record.id

    def _queue(
        self,
        connection: Connection,
        knowledge_base: KnowledgeBaseId,
        version: VersionRecord,
        run: str | None,
    ) -> Work:
        work = Work(
            id=self.new_id(),
            kind="ingest",
            knowledge_base=knowledge_base,
            label=version.filename,
            document=version.document,
            version=version.id,
            run=run,
        )
        self.jobs.create(connection, work)
        records.set_state(connection, version.document, DocumentState.STORED, self.jobs.clock())
        return work


def _media_type(path: Path, filename: str) -> str:
    """Raises: Unsupported."""
    try:
        return sniff(path, filename)
    except Invalid:
        # Broken rather than of a foreign kind: the job says so where the admin looks.
        return UNKNOWN_TYPE


def clean_filename(filename: str) -> str:
    """The last part of whatever path came, without control characters; for display only.

    Raises: Invalid when nothing is left.
    """
    name = PurePosixPath(filename.replace("\\", "/")).name
    name = "".join(letter for letter in name if letter.isprintable()).strip(" .")
    if not name:
        raise Invalid("The file has no name.")
    return name if len(name) <= MAX_FILENAME else name[-MAX_FILENAME:]
