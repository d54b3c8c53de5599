"""Rows of `jobs`: what people see of work in the background. DBOS holds the work itself.

A document's row is written before its job's, as everywhere: see `retrieval.store.revisions.hold`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from retrieval.errors import StorageFailed
from retrieval.store.database import Database
from retrieval.tables import documents, jobs, source_runs
from retrieval.types import DocumentId, DocumentState, KnowledgeBaseId, VersionId

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"


@dataclass(frozen=True, slots=True)
class Work:
    """What a job is to do; `id` is also the id of its durable workflow."""

    id: str
    kind: str  # "ingest" | "sync"
    knowledge_base: KnowledgeBaseId
    label: str
    document: DocumentId | None = None
    version: VersionId | None = None
    source: str | None = None
    run: str | None = None  # of the source, that started it


@dataclass(frozen=True, slots=True)
class Jobs:
    database: Database
    clock: Callable[[], datetime]
    # Ends that a full disk did not let us write down, by job; `settle` does when there is room.
    _owed: dict[str, str] = field(default_factory=dict)

    def create(self, connection: Connection, work: Work) -> None:
        """In the caller's transaction, so that a job and what it is about appear together."""
        now = self.clock()
        connection.execute(
            insert(jobs).values(
                id=work.id,
                kind=work.kind,
                knowledge_base_id=work.knowledge_base,
                document_id=work.document,
                version_id=work.version,
                source_id=work.source,
                run_id=work.run,
                label=work.label,
                state=QUEUED,
                stage=DocumentState.STORED if work.document else "",
                created_at=now,
                updated_at=now,
            )
        )

    def advance(self, job: str, stage: DocumentState | str, done: int, total: int) -> None:
        """Progress for people. A job that ended stays ended."""
        with self.database.write() as connection:
            self._follow(connection, job, stage)
            connection.execute(
                update(jobs)
                .where(jobs.c.id == job, jobs.c.state.in_([QUEUED, RUNNING]))
                .values(state=RUNNING, stage=stage, done=done, total=total, updated_at=self.clock())
            )

    def note_embedding(self, job: str, texts: int, tokens: int) -> None:
        """What the job asks of the model. After a crash the first note stands, whole."""
        if texts == 0:
            return
        with self.database.write() as connection:
            connection.execute(
                update(jobs)
                .where(jobs.c.id == job, jobs.c.embedded == 0)
                .values(embedded=texts, tokens=tokens)
            )

    def finish(self, connection: Connection, job: str) -> None:
        connection.execute(
            update(jobs)
            .where(jobs.c.id == job)
            .values(state=DONE, stage="", error=None, updated_at=self.clock())
        )

    def fail(self, job: str, message: str) -> None:
        """Ends the job, and with it its document's way in or, for a sync, the source's run.

        What a full disk does not take is written down by the next `settle`, or, after a restart,
        by the job itself, which begins again.
        """
        try:
            self._fail(job, message)
        except StorageFailed:
            self._owed[job] = message

    def settle(self) -> None:
        """Raises: StorageFailed while the disk still takes nothing."""
        if not self._owed:
            return
        unfinished = {work.id for work in self.unfinished()}
        for job, message in list(self._owed.items()):
            if job in unfinished:
                self._fail(job, message)
            self._owed.pop(job, None)

    def _fail(self, job: str, message: str) -> None:
        now = self.clock()
        with self.database.write() as connection:
            connection.execute(
                update(documents)
                .where(
                    documents.c.id.in_(select(jobs.c.document_id).where(jobs.c.id == job)),
                    documents.c.deleted_at.is_(None),
                )
                .values(state=DocumentState.FAILED, error=message, updated_at=now)
            )
            connection.execute(
                update(jobs)
                .where(jobs.c.id == job)
                .values(state=FAILED, error=message, updated_at=now)
            )
            # However a sync ends, its run has ended: nothing may look as if it still went on.
            connection.execute(
                update(source_runs)
                .where(source_runs.c.id == job, source_runs.c.finished_at.is_(None))
                .values(state=FAILED, error=message, finished_at=now)
            )

    def unfinished(self) -> list[Work]:
        """Jobs that a crash may have left without a workflow, oldest first."""
        query = select(jobs).where(jobs.c.state.in_([QUEUED, RUNNING])).order_by(jobs.c.created_at)
        with self.database.read() as connection:
            return [
                Work(
                    id=row.id,
                    kind=row.kind,
                    knowledge_base=KnowledgeBaseId(row.knowledge_base_id),
                    label=row.label,
                    document=DocumentId(row.document_id) if row.document_id else None,
                    version=VersionId(row.version_id) if row.version_id else None,
                    source=row.source_id,
                    run=row.run_id,
                )
                for row in connection.execute(query)
            ]

    def _follow(self, connection: Connection, job: str, stage: str) -> None:
        if stage in {DocumentState.PARSING, DocumentState.EMBEDDING}:
            connection.execute(
                update(documents)
                .where(
                    documents.c.id.in_(select(jobs.c.document_id).where(jobs.c.id == job)),
                    documents.c.deleted_at.is_(None),
                )
                .values(state=stage, error=None)
            )
