"""What a run has brought in, counted from the rows that it left: a crash cannot miscount."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.engine import Connection

from ingestion.jobs import DONE, FAILED
from retrieval.tables import documents, jobs, source_runs, versions
from retrieval.types import DocumentId


@dataclass(frozen=True, slots=True)
class Tally:
    added: int = 0  # documents that were not there before the run
    changed: int = 0  # documents with a version of this run
    retried: int = 0  # documents that had failed and were tried again
    working: int = 0  # still on their way
    failed: int = 0  # could not be read
    embedded: int = 0  # texts that a model was asked for
    tokens: int = 0  # of these texts


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that could not be read."""

    path: str
    reason: str
    is_new: bool  # it was not tried again only


def tally(connection: Connection, run: str) -> Tally:
    added, changed = _is_added(), _is_changed()
    query = _jobs_of(run).with_only_columns(
        _count(added).label("added"),
        _count(~added & changed).label("changed"),
        _count(~added & ~changed).label("retried"),
        _count(jobs.c.state.not_in([DONE, FAILED])).label("working"),
        _count(jobs.c.state == FAILED).label("failed"),
        func.coalesce(func.sum(jobs.c.embedded), 0).label("embedded"),
        func.coalesce(func.sum(jobs.c.tokens), 0).label("tokens"),
    )
    return Tally(**connection.execute(query).one()._mapping)


def taken(connection: Connection, run: str) -> frozenset[DocumentId]:
    """Documents that the run has begun to take in."""
    query = select(jobs.c.document_id).where(jobs.c.run_id == run)
    return frozenset(DocumentId(document) for document in connection.scalars(query))


def changes(connection: Connection, run: str, limit: int) -> list[dict[str, str]]:
    """The first of them, as their column keeps them."""
    added = _is_added()
    query = (
        _jobs_of(run)
        .where(added | _is_changed())
        .with_only_columns(documents.c.key, added.label("added"))
        .order_by(jobs.c.created_at, jobs.c.id)
        .limit(limit)
    )
    return [
        {"path": row.key, "change": "added" if row.added else "changed"}
        for row in connection.execute(query)
    ]


def unread(connection: Connection, run: str, limit: int) -> list[Unread]:
    """The first of the documents that failed."""
    query = (
        _jobs_of(run)
        .where(jobs.c.state == FAILED)
        .with_only_columns(documents.c.key, jobs.c.error, _is_changed().label("is_new"))
        .order_by(jobs.c.created_at, jobs.c.id)
        .limit(limit)
    )
    return [Unread(row.key, row.error or "", bool(row.is_new)) for row in connection.execute(query)]


def _jobs_of(run: str) -> Select[Any]:
    return (
        select(jobs)
        .join(documents, documents.c.id == jobs.c.document_id)
        .join(versions, versions.c.id == jobs.c.version_id)
        .join(source_runs, source_runs.c.id == jobs.c.run_id)
        .where(jobs.c.run_id == run)
    )


def _is_added() -> ColumnElement[bool]:
    return documents.c.created_at >= source_runs.c.started_at


def _is_changed() -> ColumnElement[bool]:
    return versions.c.created_at >= source_runs.c.started_at


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, documents.c.id)).distinct())
