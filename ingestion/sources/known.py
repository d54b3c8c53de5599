"""What Colophon holds of a source, in one query, whatever its size."""

from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.engine import Connection

from ingestion.jobs import QUEUED, RUNNING
from ingestion.sources.comparing import Known
from retrieval.tables import documents, jobs, versions
from retrieval.types import DocumentId, DocumentState


def known_documents(connection: Connection, source: str) -> dict[str, Known]:
    """Living documents by their key."""
    return {row.key: _known(row) for row in connection.execute(_query(source))}


def _query(source: str) -> Select[Any]:
    living = (documents.c.source_id == source) & documents.c.deleted_at.is_(None)
    last = (
        select(versions.c.document_id, func.max(versions.c.number).label("number"))
        .join(documents, documents.c.id == versions.c.document_id)
        .where(living)
        .group_by(versions.c.document_id)
        .subquery()
    )
    newest, live = versions.alias("newest"), versions.alias("live")
    on_its_way = exists().where(
        jobs.c.document_id == documents.c.id,
        jobs.c.kind == "ingest",
        jobs.c.state.in_([QUEUED, RUNNING]),
    )
    is_newest = (newest.c.document_id == documents.c.id) & (newest.c.number == last.c.number)
    return (
        select(
            documents.c.id,
            documents.c.key,
            documents.c.state,
            on_its_way.label("on_its_way"),
            newest.c.etag.label("newest_etag"),
            newest.c.blob.label("newest_blob"),
            live.c.etag.label("live_etag"),
            live.c.blob.label("live_blob"),
        )
        .join(last, last.c.document_id == documents.c.id)
        .join(newest, is_newest)
        .outerjoin(live, live.c.id == documents.c.live_version_id)
        .where(living)
    )


def _known(row: Row[Any]) -> Known:
    failed = row.state == DocumentState.FAILED and not row.on_its_way
    if row.on_its_way or failed:
        return Known(DocumentId(row.id), row.newest_etag, row.newest_blob, failed)
    return Known(DocumentId(row.id), row.live_etag, row.live_blob, failed)
