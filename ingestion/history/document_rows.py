"""The rows of documents after a rollback: they say what the chunks that are visible again say."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.engine import Connection

from retrieval.store.diff import DocumentChange
from retrieval.store.history import Shown
from retrieval.tables import chunks, documents, jobs, sources, versions, visibility
from retrieval.types import DocumentId, DocumentState

BATCH = 500  # ids per statement
ROLLED_BACK = "The knowledge base was rolled back to a time before this document."


def follow(connection: Connection, changes: Sequence[DocumentChange], now: datetime) -> None:
    """Those that are not shown any more become deleted, the others show their old version."""
    come = [change.after for change in changes if change.after is not None]
    gone = [change.document for change in changes if change.after is None]
    remove(connection, [*gone, *_in_the_way(connection, come)], now)
    _show(connection, come)


def remove(connection: Connection, gone: Sequence[DocumentId], now: datetime) -> None:
    for batch in _batches(gone):
        connection.execute(
            update(documents)
            .where(documents.c.id.in_(batch))
            .values(state=DocumentState.DELETED, deleted_at=now, updated_at=now)
        )
        connection.execute(
            update(jobs)
            .where(jobs.c.document_id.in_(batch), jobs.c.state.in_(["queued", "running"]))
            .values(state="failed", error=ROLLED_BACK, updated_at=now)
        )


def pause_sources(connection: Connection, changed: Iterable[DocumentId]) -> list[str]:
    """Those that any of the documents belongs to; returns their locations."""
    found: dict[str, str] = {}
    query = select(sources.c.id, sources.c.location).join(
        documents, documents.c.source_id == sources.c.id
    )
    for batch in _batches(changed):
        where = documents.c.id.in_(batch), sources.c.enabled
        rows = connection.execute(query.where(*where).distinct())
        found.update({row.id: row.location for row in rows})
    connection.execute(update(sources).where(sources.c.id.in_(found)).values(enabled=False))
    return sorted(found.values())


def _show(connection: Connection, shown: Sequence[Shown]) -> None:
    if not shown:
        return
    taken_in = (
        select(versions.c.created_at)
        .where(versions.c.id == bindparam("shown_version"))
        .scalar_subquery()
    )
    parameters = [
        {
            "shown_document": each.document,
            "shown_version": each.version,
            "shown_number": each.number,
            "shown_title": each.title,
        }
        for each in shown
    ]
    connection.execute(
        update(documents)
        .where(documents.c.id == bindparam("shown_document"))
        .values(
            live_version_id=bindparam("shown_version"),
            title=bindparam("shown_title"),
            state=DocumentState.SEARCHABLE,
            error=None,
            deleted_at=None,
            updated_at=taken_in,
        ),
        parameters,
    )
    # What a source said of a later version must not make that version look unchanged.
    connection.execute(
        update(versions)
        .where(
            versions.c.document_id == bindparam("shown_document"),
            versions.c.number > bindparam("shown_number"),
        )
        .values(etag=None),
        parameters,
    )


def _in_the_way(connection: Connection, come: Sequence[Shown]) -> list[DocumentId]:
    """Living documents with the key of one that comes back, if nothing of them is shown.

    Two that are shown can have the same key: of two sources that were removed since.
    """
    back, living = documents.alias("back"), documents.alias("living")
    shown = (
        select(visibility.c.chunk_id)
        .join(chunks, chunks.c.id == visibility.c.chunk_id)
        .where(chunks.c.document_id == living.c.id, visibility.c.died.is_(None))
    )
    same_place = func.coalesce(living.c.source_id, "") == func.coalesce(back.c.source_id, "")
    query = (
        select(living.c.id)
        .join(
            back,
            (living.c.knowledge_base_id == back.c.knowledge_base_id)
            & (living.c.key == back.c.key)
            & same_place,
        )
        .where(
            living.c.id != back.c.id,
            living.c.deleted_at.is_(None),
            back.c.deleted_at.is_not(None),
            ~shown.exists(),
        )
    )
    found: list[DocumentId] = []
    for batch in _batches([each.document for each in come]):
        rows = connection.scalars(query.where(back.c.id.in_(batch)))
        found.extend(DocumentId(row) for row in rows)
    return found


def _batches(ids: Iterable[DocumentId]) -> list[list[DocumentId]]:
    unique = list(dict.fromkeys(ids))
    return [unique[start : start + BATCH] for start in range(0, len(unique), BATCH)]
