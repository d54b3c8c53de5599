"""Server-side sessions: the browser holds a random token, the database its digest."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select

from app.clock import Clock
from app.people.user import User, user_from_row
from app.tables import sessions, users
from app.tokens import digest, new_token
from retrieval.store.database import Database

USER_AGENT_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Sessions:
    database: Database
    clock: Clock
    lifetime: timedelta

    def start(self, connection: Connection, user_id: str, user_agent: str) -> str:
        """The token for the cookie. Expired sessions of everyone are swept on the way."""
        token, now = new_token(), self.clock()
        connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        connection.execute(
            insert(sessions).values(
                token_sha256=digest(token),
                user_id=user_id,
                user_agent=user_agent[:USER_AGENT_CHARACTERS],
                created_at=now,
                expires_at=now + self.lifetime,
            )
        )
        return token

    def user_of(self, token: str) -> User | None:
        """Whose session it is, read anew at each request; None when it is over or disabled."""
        if not token:
            return None
        query = (
            select(users)
            .join(sessions, sessions.c.user_id == users.c.id)
            .where(sessions.c.token_sha256 == digest(token))
            .where(sessions.c.expires_at > self.clock(), users.c.disabled.is_(False))
        )
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
        return user_from_row(row) if row else None

    def end(self, token: str) -> None:
        with self.database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_sha256 == digest(token)))


def end_sessions(connection: Connection, user_id: str, *, keep: str = "") -> None:
    """All of a user's, except the one whose token is `keep`."""
    connection.execute(
        delete(sessions).where(
            sessions.c.user_id == user_id, sessions.c.token_sha256 != digest(keep)
        )
    )
