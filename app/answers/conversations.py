"""Conversations: found, renamed, pinned, deleted and restored by their owner, by nobody else."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, insert, select, update
from sqlalchemy.engine import Connection

from app.clock import Clock
from app.ports import NewId
from app.shapes.asking import ConversationOut, ConversationPatchIn
from app.shapes.base import Page
from app.tables import conversations, turns
from retrieval.errors import NotFound
from retrieval.store.database import Database

TITLE_LENGTH = 60
NO_CONVERSATION = "There is no such conversation."


@dataclass(frozen=True, slots=True)
class Conversations:
    """Each verb takes the owner's id; another's conversation looks like none."""

    database: Database
    clock: Clock
    new_id: NewId

    def page(self, owner: str, *, text: str, limit: int, offset: int) -> Page[ConversationOut]:
        """Pinned first, then the newest; `text` is looked for in titles and questions."""
        mine = conversations.c.user_id == owner, conversations.c.deleted_at.is_(None)
        query = select(conversations).where(*mine, _mentions(text))
        rows = query.order_by(
            conversations.c.pinned.desc(),
            conversations.c.updated_at.desc(),
            conversations.c.id,
        )
        with self.database.read() as connection:
            total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
            found = connection.execute(rows.limit(limit).offset(offset))
            items = [ConversationOut.model_validate(row) for row in found]
        return Page[ConversationOut](items=items, total=total)

    def get(self, owner: str, conversation_id: str) -> ConversationOut:
        """Raises: NotFound."""
        with self.database.read() as connection:
            return ConversationOut.model_validate(_living(connection, owner, conversation_id))

    def start(self, owner: str, question: str) -> ConversationOut:
        now = self.clock()
        started = ConversationOut(
            id=self.new_id(), title=title_of(question), pinned=False, created_at=now, updated_at=now
        )
        with self.database.write() as connection:
            connection.execute(insert(conversations).values(user_id=owner, **started.model_dump()))
        return started

    def change(
        self, owner: str, conversation_id: str, patch: ConversationPatchIn
    ) -> ConversationOut:
        """Raises: NotFound."""
        changes = patch.model_dump(exclude_none=True)
        with self.database.write() as connection:
            row = _living(connection, owner, conversation_id)
            if changes:
                _set(connection, row.id, **changes)
            return ConversationOut.model_validate(_living(connection, owner, conversation_id))

    def delete(self, owner: str, conversation_id: str) -> None:
        """Raises: NotFound."""
        with self.database.write() as connection:
            row = _living(connection, owner, conversation_id)
            _set(connection, row.id, deleted_at=self.clock())

    def restore(self, owner: str, conversation_id: str) -> ConversationOut:
        """Undoes a delete; does nothing to a living one. Raises: NotFound."""
        with self.database.write() as connection:
            restored = connection.execute(
                update(conversations)
                .where(conversations.c.id == conversation_id, conversations.c.user_id == owner)
                .values(deleted_at=None)
            )
            if restored.rowcount == 0:
                raise NotFound(NO_CONVERSATION)
            return ConversationOut.model_validate(_living(connection, owner, conversation_id))


def title_of(question: str) -> str:
    """The question on one line, cut at a word near 60 characters."""
    line = " ".join(question.split())
    if len(line) <= TITLE_LENGTH:
        return line
    whole_words = line[:TITLE_LENGTH].rsplit(" ", 1)[0]
    if len(whole_words) in range(TITLE_LENGTH // 2, TITLE_LENGTH):
        return f"{whole_words}…"
    # A script without spaces has no word to cut at, and half a line is too much to give up.
    return f"{line[: TITLE_LENGTH - 1]}…"


def _mentions(text: str) -> ColumnElement[bool]:
    asked = exists().where(
        turns.c.conversation_id == conversations.c.id,
        turns.c.question.icontains(text, autoescape=True),
    )
    return conversations.c.title.icontains(text, autoescape=True) | asked


def _living(connection: Connection, owner: str, conversation_id: str) -> Row[Any]:
    row = connection.execute(
        select(conversations).where(
            conversations.c.id == conversation_id,
            conversations.c.user_id == owner,
            conversations.c.deleted_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound(NO_CONVERSATION)
    return row


def _set(connection: Connection, conversation_id: str, **values: object) -> None:
    connection.execute(
        update(conversations).where(conversations.c.id == conversation_id).values(**values)
    )
