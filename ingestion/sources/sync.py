"""One run over a source: the unchanged cost nothing, the changed are replaced, the gone removed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from ingestion.intake import Intake
from ingestion.records import Incoming
from ingestion.removal import Removal
from ingestion.sources.folder import Folder, FolderFile
from retrieval.database import Database
from retrieval.errors import KnowledgeBaseError, NotFound, Unavailable
from retrieval.tables import documents, source_runs, sources, versions
from retrieval.types import DocumentId, DocumentState, KnowledgeBaseId, VersionId

MAX_PROBLEMS = 100  # kept per run; the counts are always whole


@dataclass(frozen=True, slots=True)
class Problem:
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    failed: int = 0
    problems: tuple[Problem, ...] = ()
    jobs: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class _Known:
    document: DocumentId
    version: VersionId
    etag: str | None
    failed: bool


@dataclass(frozen=True, slots=True)
class SourceSync:
    database: Database
    intake: Intake
    removal: Removal
    clock: Callable[[], datetime]

    def run(self, source_id: str, run_id: str) -> Report:
        """Compares listing and documents and applies the difference. Running it again continues.

        Raises: NotFound for the source, Unavailable when it cannot be listed whole; then nothing
        was changed.
        """
        with self.database.read() as connection:
            source = connection.execute(
                select(sources).where(sources.c.id == source_id)
            ).one_or_none()
        if source is None:
            raise NotFound("This source does not exist any more.")
        self._start(source_id, run_id)
        try:
            report = self._compare(
                KnowledgeBaseId(source.knowledge_base_id), source_id, Folder(Path(source.location))
            )
        except KnowledgeBaseError as error:
            self._end(run_id, Report(), str(error))
            raise
        self._end(run_id, report, None)
        return report

    def _compare(self, knowledge_base: KnowledgeBaseId, source_id: str, folder: Folder) -> Report:
        listed = folder.files()
        with self.database.read() as connection:
            known = _known_documents(connection, source_id)
        if known and not listed:
            # A share that is not mounted looks like an empty folder.
            raise Unavailable(f"The folder {folder.root} is empty now, so nothing was removed.")
        report = Report()
        for file in listed:
            before = known.get(file.key)
            if before is not None and before.etag == file.etag and not before.failed:
                report = replace(report, unchanged=report.unchanged + 1)
            else:
                incoming = Incoming(
                    knowledge_base, source_id, file.key, file.path.name, etag=file.etag
                )
                report = self._take(report, incoming, file, before)
        for key in known.keys() - {file.key for file in listed}:
            self.removal.remove_document(known[key].document)
            report = replace(report, removed=report.removed + 1)
        return report

    def _take(
        self, report: Report, incoming: Incoming, file: FolderFile, before: _Known | None
    ) -> Report:
        try:
            with file.path.open("rb") as content:
                accepted = self.intake.accept_incoming(incoming, content)
        except (KnowledgeBaseError, OSError) as error:
            problems = (*report.problems, Problem(file.key, str(error)))[:MAX_PROBLEMS]
            return replace(report, failed=report.failed + 1, problems=problems)
        if accepted.unchanged:
            if before is not None:
                self._remember_etag(before.version, file.etag)
            return replace(report, unchanged=report.unchanged + 1)
        jobs = (*report.jobs, accepted.job) if accepted.job else report.jobs
        if before is None:
            return replace(report, added=report.added + 1, jobs=jobs)
        return replace(report, changed=report.changed + 1, jobs=jobs)

    def _remember_etag(self, version: VersionId, etag: str) -> None:
        with self.database.write() as connection:
            connection.execute(update(versions).where(versions.c.id == version).values(etag=etag))

    def _start(self, source_id: str, run_id: str) -> None:
        with self.database.write() as connection:
            present = connection.scalar(select(source_runs.c.id).where(source_runs.c.id == run_id))
            if present is None:
                connection.execute(
                    insert(source_runs).values(
                        id=run_id, source_id=source_id, started_at=self.clock()
                    )
                )

    def _end(self, run_id: str, report: Report, error: str | None) -> None:
        with self.database.write() as connection:
            connection.execute(
                update(source_runs)
                .where(source_runs.c.id == run_id)
                .values(
                    finished_at=self.clock(),
                    added=report.added,
                    changed=report.changed,
                    removed=report.removed,
                    unchanged=report.unchanged,
                    failed=report.failed,
                    problems=[_plain(problem) for problem in report.problems],
                    error=error,
                )
            )


def _plain(problem: Problem) -> dict[str, Any]:
    return {"path": problem.path, "reason": problem.reason}


def _known_documents(connection: Connection, source_id: str) -> dict[str, _Known]:
    """Living documents of the source with their newest version, by key."""
    query = (
        select(
            documents.c.id,
            documents.c.key,
            documents.c.state,
            versions.c.id.label("version_id"),
            versions.c.etag,
        )
        .join(versions, versions.c.document_id == documents.c.id)
        .where(documents.c.source_id == source_id, documents.c.deleted_at.is_(None))
        .order_by(versions.c.number)
    )
    return {
        row.key: _Known(
            DocumentId(row.id),
            VersionId(row.version_id),
            row.etag,
            row.state == DocumentState.FAILED,
        )
        for row in connection.execute(query)
    }
