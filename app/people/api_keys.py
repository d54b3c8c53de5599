"""Keys for scripts: shown once, stored as a digest, good only while their user is enabled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, insert, select, update

from app.clock import Clock
from app.people.audit import Audit, Entry
from app.people.user import User, user_from_row
from app.tables import api_keys, users
from app.tokens import digest, new_id, new_token
from retrieval.errors import Conflict, NotFound
from retrieval.store.database import Database

PREFIX = "clp_"
SHOWN_CHARACTERS = 12  # of the token, so that its owner can tell keys apart
MOST_KEYS = 50  # of one user
USE_NOTED_EVERY = timedelta(minutes=1)  # so that a busy script does not write at each request


@dataclass(frozen=True, slots=True)
class ApiKey:
    id: str
    name: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class ApiKeys:
    database: Database
    audit: Audit
    clock: Clock

    def create(self, user: User, name: str) -> tuple[ApiKey, str]:
        """The key and its token, which nobody can read again. Raises: Conflict at `MOST_KEYS`."""
        token = new_token(PREFIX)
        key = ApiKey(new_id(), name, token[:SHOWN_CHARACTERS], self.clock(), None)
        with self.database.write() as connection:
            live = _live(user.id).with_only_columns(func.count())
            if (connection.scalar(live) or 0) >= MOST_KEYS:
                raise Conflict(f"You have {MOST_KEYS} keys. Please delete one first.")
            connection.execute(
                insert(api_keys).values(
                    id=key.id,
                    user_id=user.id,
                    name=name,
                    prefix=key.prefix,
                    token_sha256=digest(token),
                    created_at=key.created_at,
                )
            )
            self.audit.record(connection, Entry("api_key.create", name, user))
        return key, token

    def of(self, user: User) -> list[ApiKey]:
        """Newest first, without revoked ones."""
        query = _live(user.id).order_by(api_keys.c.created_at.desc(), api_keys.c.id)
        with self.database.read() as connection:
            return [
                ApiKey(row.id, row.name, row.prefix, row.created_at, row.last_used_at)
                for row in connection.execute(query)
            ]

    def revoke(self, user: User, key_id: str) -> None:
        """Raises: NotFound, also for another user's key."""
        with self.database.write() as connection:
            row = connection.execute(_live(user.id).where(api_keys.c.id == key_id)).one_or_none()
            if row is None:
                raise NotFound("There is no such API key.")
            connection.execute(
                update(api_keys).where(api_keys.c.id == key_id).values(revoked_at=self.clock())
            )
            self.audit.record(connection, Entry("api_key.revoke", row.name, user))

    def user_of(self, token: str) -> User | None:
        """Whose key it is, read anew at each request; None when revoked or disabled."""
        query = (
            select(users, api_keys.c.id.label("key_id"), api_keys.c.last_used_at)
            .join(api_keys, api_keys.c.user_id == users.c.id)
            .where(api_keys.c.token_sha256 == digest(token), api_keys.c.revoked_at.is_(None))
            .where(users.c.disabled.is_(False))
        )
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        self._note_use(row.key_id, row.last_used_at)
        return user_from_row(row)

    def _note_use(self, key_id: str, last: datetime | None) -> None:
        now = self.clock()
        if last is not None and now - last < USE_NOTED_EVERY:
            return
        with self.database.write() as connection:
            connection.execute(
                update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now)
            )


def _live(user_id: str) -> Select[Any]:
    return select(api_keys).where(api_keys.c.user_id == user_id, api_keys.c.revoked_at.is_(None))
