"""Rows of attachments. Whoever asks names the owner: another's file looks like none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Row, Select, delete, exists, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from app.answers.quotations import StoredQuotations
from app.clock import Clock
from app.tables import attachments, conversations
from retrieval.errors import Conflict, NotFound
from retrieval.store.database import Database
from retrieval.types import DocumentId

NO_ATTACHMENT = "There is no such file."
# Whatever is large stays where it is until somebody needs it.
LISTED = (
    attachments.c.id,
    attachments.c.user_id,
    attachments.c.conversation_id,
    attachments.c.turn_id,
    attachments.c.filename,
    attachments.c.media_type,
    attachments.c.size,
    attachments.c.state,
    attachments.c.error,
    attachments.c.tries,
    attachments.c.title,
    attachments.c.pages,
    attachments.c.created_at,
)
VERSIONED = (*LISTED, attachments.c.embedder)
READ = (*LISTED, attachments.c.blocks, attachments.c.passages)
SEARCHED = (*LISTED, attachments.c.passages, attachments.c.embedder, attachments.c.vectors)
Columns = Sequence[Column[Any]]


@dataclass(frozen=True, slots=True)
class AttachmentRows:
    database: Database
    clock: Clock

    def add(self, owner: str, attachment: str, **values: object) -> None:
        given = {"id": attachment, "user_id": owner, "state": "reading", **values}
        with self.database.write() as connection:
            connection.execute(insert(attachments).values(created_at=self.clock(), **given))

    def count(self, owner: str, *, reading: bool = False) -> int:
        """Of the owner's files, or of those that are being read."""
        query = select(func.count()).where(attachments.c.user_id == owner)
        if reading:
            query = query.where(attachments.c.state == "reading")
        with self.database.read() as connection:
            return connection.scalar(query) or 0

    def one(self, owner: str, attachment: str, columns: Columns = LISTED) -> Row[Any]:
        """Raises: NotFound."""
        query = _of(owner, columns).where(attachments.c.id == attachment)
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(NO_ATTACHMENT)
        return row

    def read(self, ids: Sequence[str]) -> list[Row[Any]]:
        """What was read of these, whoever owns them."""
        if not ids:
            return []
        with self.database.read() as connection:
            query = select(*READ).where(attachments.c.id.in_(ids))
            return list(connection.execute(query))

    def of_conversation(
        self, owner: str, conversation: str, columns: Columns = LISTED
    ) -> list[Row[Any]]:
        """In the order of attaching."""
        query = _of(owner, columns).where(attachments.c.conversation_id == conversation)
        with self.database.read() as connection:
            return list(connection.execute(query.order_by(*_IN_ORDER)))

    def unasked(self, owner: str) -> list[Row[Any]]:
        """Those with which nothing was asked yet, in the order of attaching."""
        query = _of(owner).where(attachments.c.conversation_id.is_(None))
        with self.database.read() as connection:
            return list(connection.execute(query.order_by(*_IN_ORDER)))

    def being_read(self) -> list[Row[Any]]:
        """Everybody's, oldest first."""
        query = select(*LISTED).where(attachments.c.state == "reading")
        with self.database.read() as connection:
            return list(connection.execute(query.order_by(*_IN_ORDER)))

    def content(self, attachment: str) -> bytes | None:
        """None when it was removed or is read."""
        query = select(attachments.c.content).where(
            attachments.c.id == attachment, attachments.c.state == "reading"
        )
        with self.database.read() as connection:
            content: bytes | None = connection.scalar(query)
        return content

    def is_gone(self, attachment: str) -> bool:
        query = select(attachments.c.id).where(attachments.c.id == attachment)
        with self.database.read() as connection:
            return connection.scalar(query) is None

    def change(self, attachment: str, **values: object) -> None:
        """Does nothing when it was removed."""
        this = attachments.c.id == attachment
        with self.database.write() as connection:
            connection.execute(update(attachments).where(this).values(**values))

    def attach(self, ids: Sequence[str], conversation: str, turn: str) -> None:
        """To a conversation, unless they are another's by now."""
        free = attachments.c.conversation_id.is_(None)
        with self.database.write() as connection:
            connection.execute(
                update(attachments)
                .where(attachments.c.id.in_(ids), free)
                .values(conversation_id=conversation, turn_id=turn)
            )

    def remove(self, owner: str, attachment: str) -> None:
        """With what answers quoted of it. Raises: NotFound."""
        with self.database.write() as connection:
            this = attachments.c.user_id == owner, attachments.c.id == attachment
            row = connection.execute(select(attachments.c.conversation_id).where(*this)).first()
            if row is None:
                raise NotFound(NO_ATTACHMENT)
            erase(connection, attachment, row.conversation_id)
        self.database.settle()

    def living(self, ids: Collection[str]) -> frozenset[str]:
        """Those that are there, and not of a deleted conversation, whoever owns them."""
        query = select(attachments.c.id).where(attachments.c.id.in_(ids), _LIVING)
        with self.database.read() as connection:
            return frozenset(connection.scalars(query)) if ids else frozenset()


def erase(connection: Connection, attachment: str, conversation: str | None) -> None:
    """With what answers quote of it, and what was thought with it in view."""
    if conversation is not None:
        StoredQuotations().erase_from(connection, conversation, DocumentId(attachment))
    connection.execute(delete(attachments).where(attachments.c.id == attachment))


def require_ready(row: Row[Any]) -> None:
    """Raises: Conflict, with why."""
    if row.state == "failed":
        raise Conflict(f"“{row.filename}” could not be read: {row.error}")
    if row.state != "ready":
        raise Conflict(f"“{row.filename}” is still being read. Ask when it is ready.")


_IN_ORDER = (attachments.c.created_at, attachments.c.id)
# Not those of deleted conversations, which only wait to be erased.
_LIVING = or_(
    attachments.c.conversation_id.is_(None),
    exists().where(
        conversations.c.id == attachments.c.conversation_id, conversations.c.deleted_at.is_(None)
    ),
)


def _of(owner: str, columns: Columns = LISTED) -> Select[Any]:
    return select(*columns).where(attachments.c.user_id == owner, _LIVING)
