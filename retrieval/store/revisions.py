"""A commit moves the one pointer that says what is visible: `knowledge_bases.live_revision`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, literal, select, update
from sqlalchemy.engine import Connection

from retrieval.errors import NotFound
from retrieval.store.boilerplate import likenesses_of, refresh, refresh_all
from retrieval.store.corpus import batches
from retrieval.store.history import visible_at
from retrieval.tables import chunks, knowledge_bases, revisions, visibility
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId


def commit(
    connection: Connection,
    knowledge_base: KnowledgeBaseId,
    *,
    born: Sequence[ChunkId],
    died: Sequence[ChunkId],
    reason: str,
    now: datetime,
) -> int:
    """Makes `born` visible and `died` invisible in one step; returns the new revision's number.

    Chunks that are visible already stay so: a commit that runs twice changes nothing the second
    time. Raises: NotFound when the knowledge base is gone.
    """
    live = hold(connection, knowledge_base)
    visible = visible_among(connection, [*born, *died])
    fresh = [chunk for chunk in dict.fromkeys(born) if chunk not in visible]
    gone = [chunk for chunk in dict.fromkeys(died) if chunk in visible]
    if not fresh and not gone:
        return live
    number = live + 1
    _insert_revision(connection, knowledge_base, number, reason, now)
    if fresh:
        connection.execute(
            insert(visibility),
            [
                {"chunk_id": chunk, "born": number, "knowledge_base_id": knowledge_base}
                for chunk in fresh
            ],
        )
    for batch in batches(gone):
        connection.execute(
            update(visibility)
            .where(visibility.c.chunk_id.in_(batch), visibility.c.died.is_(None))
            .values(died=number)
        )
    refresh(connection, knowledge_base, likenesses_of(connection, [*fresh, *gone]))
    _move_pointer(connection, knowledge_base, number)
    return number


def restore(
    connection: Connection,
    knowledge_base: KnowledgeBaseId,
    revision: int,
    *,
    reason: str,
    now: datetime,
) -> int:
    """A commit whose visible set equals that of an earlier revision; returns its number.

    Nothing is committed when the two are equal already. Raises: NotFound.
    """
    live = hold(connection, knowledge_base)
    number = live + 1
    now_visible = select(visibility.c.chunk_id).where(
        visibility.c.knowledge_base_id == knowledge_base, visibility.c.died.is_(None)
    )
    then_visible = visible_at(knowledge_base, revision)
    born = then_visible.where(visibility.c.chunk_id.not_in(now_visible)).with_only_columns(
        visibility.c.chunk_id, literal(number), literal(str(knowledge_base))
    )
    died = connection.execute(
        update(visibility)
        .where(
            visibility.c.knowledge_base_id == knowledge_base,
            visibility.c.died.is_(None),
            # A name of its own: an UPDATE cannot look into its own table twice under one name.
            visibility.c.chunk_id.not_in(then_visible.subquery().select()),
        )
        .values(died=number)
    )
    # After the deaths: what lives on is still there to be left out.
    inserted = connection.execute(
        insert(visibility).from_select(["chunk_id", "born", "knowledge_base_id"], born)
    )
    if not died.rowcount and not inserted.rowcount:
        return live
    _insert_revision(connection, knowledge_base, number, reason, now)
    refresh_all(connection, knowledge_base)
    _move_pointer(connection, knowledge_base, number)
    return number


def hold(connection: Connection, knowledge_base: KnowledgeBaseId) -> int:
    """Nobody else commits to it until this transaction ends: what is read from now on stays so.

    Rows are locked in one order, or two transactions would wait for each other: the knowledge base,
    documents, jobs. Returns the live revision's number. Raises: NotFound.
    """
    # PostgreSQL locks the row, but not for rows that only refer to it; on SQLite the whole
    # transaction holds the write lock already.
    query = (
        select(knowledge_bases.c.live_revision)
        .where(knowledge_bases.c.id == knowledge_base)
        .with_for_update(key_share=True)
    )
    live: int | None = connection.scalar(query)
    if live is None:
        raise NotFound("This knowledge base does not exist any more.")
    return live


def visible_among(connection: Connection, chunk_ids: Sequence[ChunkId]) -> set[ChunkId]:
    found: set[ChunkId] = set()
    for batch in batches(chunk_ids):
        query = select(visibility.c.chunk_id).where(
            visibility.c.chunk_id.in_(batch), visibility.c.died.is_(None)
        )
        found.update(ChunkId(chunk) for chunk in connection.scalars(query))
    return found


def live_chunk_ids(connection: Connection, document: DocumentId) -> list[ChunkId]:
    """Chunks of any version of the document that are visible now."""
    query = (
        select(chunks.c.id)
        .join(visibility, visibility.c.chunk_id == chunks.c.id)
        .where(chunks.c.document_id == document, visibility.c.died.is_(None))
    )
    return [ChunkId(chunk) for chunk in connection.scalars(query)]


def _insert_revision(
    connection: Connection,
    knowledge_base: KnowledgeBaseId,
    number: int,
    reason: str,
    now: datetime,
) -> None:
    connection.execute(
        insert(revisions).values(
            knowledge_base_id=knowledge_base, number=number, reason=reason, created_at=now
        )
    )


def _move_pointer(connection: Connection, knowledge_base: KnowledgeBaseId, number: int) -> None:
    connection.execute(
        update(knowledge_bases)
        .where(knowledge_bases.c.id == knowledge_base)
        .values(live_revision=number)
    )
