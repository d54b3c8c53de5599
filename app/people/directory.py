"""The list of users as administrators see it."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.clock import Clock
from app.people.user import User, user_from_row
from app.tables import memberships, sessions, users
from retrieval.errors import NotFound
from retrieval.store.database import Database


@dataclass(frozen=True, slots=True)
class Listing:
    user: User
    group_ids: tuple[str, ...]  # without "everyone"
    sessions: int  # live ones


@dataclass(frozen=True, slots=True)
class Directory:
    database: Database
    clock: Clock

    def users(self) -> list[Listing]:
        """By username."""
        with self.database.read() as connection:
            group_ids, live = _group_ids(connection), self._live_sessions(connection)
            found = connection.execute(select(users).order_by(users.c.username))
            return [
                Listing(user_from_row(row), tuple(group_ids[row.id]), live.get(row.id, 0))
                for row in found
            ]

    def listing(self, user_id: str) -> Listing:
        """Raises: NotFound."""
        for listing in self.users():
            if listing.user.id == user_id:
                return listing
        raise NotFound("There is no such user.")

    def _live_sessions(self, connection: Connection) -> dict[str, int]:
        query = (
            select(sessions.c.user_id, func.count().label("live"))
            .where(sessions.c.expires_at > self.clock())
            .group_by(sessions.c.user_id)
        )
        return {row.user_id: row.live for row in connection.execute(query)}


def _group_ids(connection: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(memberships).order_by(memberships.c.group_id)):
        found[row.user_id].append(row.group_id)
    return found
