"""Who did what, when. An entry is written in the transaction of the deed: both or neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select

from app.clock import Clock
from app.people.user import User
from app.tables import audit_log
from app.tokens import new_id
from retrieval.store.database import Database


@dataclass(frozen=True, slots=True)
class Entry:
    """`actor` None: Colophon itself, or somebody who is not signed in."""

    action: str  # "document.delete", "user.create", …
    target: str  # for people: a name or title, not an id
    actor: User | None = None
    detail: Mapping[str, str] | None = None
    document: str | None = None  # its id; a purge finds by it what named the document


@dataclass(frozen=True, slots=True)
class Recorded:
    id: str
    at: datetime
    actor: str  # username; "system" for Colophon itself
    action: str
    target: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Audit:
    database: Database
    clock: Clock

    def record(self, connection: Connection, entry: Entry) -> None:
        """Within the caller's transaction."""
        connection.execute(
            insert(audit_log).values(
                id=new_id(),
                at=self.clock(),
                actor_id=entry.actor.id if entry.actor else None,
                actor=entry.actor.username if entry.actor else "system",
                action=entry.action,
                target=entry.target,
                document_id=entry.document,
                detail=dict(entry.detail or {}),
            )
        )

    def note(self, entry: Entry) -> None:
        """In a transaction of its own, for deeds that write nothing else."""
        with self.database.write() as connection:
            self.record(connection, entry)

    def find(self, action: str, words: str, limit: int, offset: int) -> tuple[list[Recorded], int]:
        """A page, newest first, and how many there are. "" does not filter."""
        matching = _matching(action, words)
        page = matching.order_by(audit_log.c.at.desc(), audit_log.c.id).limit(limit).offset(offset)
        with self.database.read() as connection:
            total = connection.scalar(select(func.count()).select_from(matching.subquery()))
            return [_recorded(row) for row in connection.execute(page)], total or 0


def _matching(action: str, words: str) -> Select[Any]:
    query = select(audit_log)
    if action:
        query = query.where(audit_log.c.action == action)
    if words:
        fields = (audit_log.c.actor, audit_log.c.target, audit_log.c.action)
        query = query.where(or_(*(field.icontains(words, autoescape=True) for field in fields)))
    return query


def _recorded(row: Row[Any]) -> Recorded:
    return Recorded(row.id, row.at, row.actor, row.action, row.target, row.detail)
