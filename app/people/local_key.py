"""The key of the command line: whoever may read the data folder may speak for the administrator.

A running server writes a fresh random token beside its address (`server_file`).
"""

import hmac
from dataclasses import dataclass

from sqlalchemy import select

from app.people.user import User, user_from_row
from app.tables import users
from app.tokens import new_token
from retrieval.store.database import Database


@dataclass(frozen=True, slots=True)
class LocalKey:
    database: Database
    token: str

    @classmethod
    def fresh(cls, database: Database) -> "LocalKey":
        return cls(database, new_token("cll_"))

    def user_of(self, token: str) -> User | None:
        """The oldest enabled administrator, when the token is ours."""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return None
        query = (
            select(users)
            .where(users.c.role == "admin", users.c.disabled.is_(False))
            .order_by(users.c.created_at)
            .limit(1)
        )
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
        return user_from_row(row) if row is not None else None
