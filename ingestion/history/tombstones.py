"""Bytes that were purged: they are known by their hash and never taken in again."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from ingestion.blobs import Blobs
from ingestion.records import Incoming
from retrieval.errors import Conflict
from retrieval.history_tables import purged
from retrieval.tables import versions
from retrieval.types import KnowledgeBaseId


def bury(
    connection: Connection,
    knowledge_base: KnowledgeBaseId,
    hashes: Iterable[str],
    *,
    by: str,
    now: datetime,
) -> None:
    """Twice is harmless."""
    known = select(purged.c.blob).where(purged.c.knowledge_base_id == knowledge_base)
    there = set(connection.scalars(known))
    place = {"knowledge_base_id": knowledge_base, "purged_by": by, "purged_at": now}
    fresh = [{"blob": blob, **place} for blob in sorted(set(hashes) - there)]
    if fresh:
        connection.execute(insert(purged), fresh)


def refuse_purged(connection: Connection, blobs: Blobs, incoming: Incoming, blob: str) -> None:
    """Raises: Conflict for purged bytes, and sees to it that they do not stay."""
    query = select(purged).where(
        purged.c.knowledge_base_id == incoming.knowledge_base, purged.c.blob == blob
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return
    if not is_used(connection, blob):
        blobs.remove(blob)
    raise Conflict(
        f"{incoming.filename} was purged on {row.purged_at:%Y-%m-%d}"
        f"{' by ' + row.purged_by if row.purged_by else ''} and cannot be taken in again."
    )


def is_used(connection: Connection, blob: str) -> bool:
    """Whether a version of any knowledge base has these bytes."""
    query = select(versions.c.id).where(versions.c.blob == blob).limit(1)
    return connection.scalar(query) is not None
