"""Groups of users. Knowledge bases are readable by groups; "everyone" is built in."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.clock import Clock
from app.people.audit import Audit, Entry
from app.people.user import User
from app.tables import groups, memberships, users
from app.tokens import new_id
from retrieval.errors import Conflict, Forbidden, Invalid, NotFound
from retrieval.store.database import Database

EVERYONE: Final = "everyone"  # id of the group that all enabled users are in, without memberships


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    name: str
    members: int  # enabled users

    @property
    def built_in(self) -> bool:
        return self.id == EVERYONE


@dataclass(frozen=True, slots=True)
class Groups:
    database: Database
    audit: Audit
    clock: Clock

    def ensure_everyone(self) -> None:
        """At each start; harmless when it is there, or when another process is faster."""
        with suppress(IntegrityError), self.database.write() as connection:
            there = connection.scalar(select(groups.c.id).where(groups.c.id == EVERYONE))
            if there is None:
                self._insert(connection, EVERYONE, "Everyone")

    def all(self) -> list[Group]:
        """ "everyone" first, then by name."""
        with self.database.read() as connection:
            found = _with_members(connection)
        return sorted(found, key=lambda group: (not group.built_in, group.name.casefold()))

    def create(self, name: str, by: User) -> Group:
        """Raises: Conflict when the name is taken."""
        group_id = new_id()
        with _unique(name), self.database.write() as connection:
            self._insert(connection, group_id, name)
            self.audit.record(connection, Entry("group.create", name, by))
        return Group(group_id, name, 0)

    def rename(self, group_id: str, name: str, by: User) -> Group:
        """Raises: NotFound, Forbidden for "everyone", Conflict when the name is taken."""
        with _unique(name), self.database.write() as connection:
            before = _changeable(connection, group_id)
            connection.execute(update(groups).where(groups.c.id == group_id).values(name=name))
            self.audit.record(connection, Entry("group.rename", name, by, {"before": before}))
            return next(group for group in _with_members(connection) if group.id == group_id)

    def delete(self, group_id: str, by: User) -> None:
        """Its members lose what only it could read. Raises: NotFound, Forbidden."""
        with self.database.write() as connection:
            name = _changeable(connection, group_id)
            connection.execute(delete(groups).where(groups.c.id == group_id))
            self.audit.record(connection, Entry("group.delete", name, by))

    def _insert(self, connection: Connection, group_id: str, name: str) -> None:
        connection.execute(insert(groups).values(id=group_id, name=name, created_at=self.clock()))


def put_in_groups(connection: Connection, user_id: str, group_ids: Sequence[str]) -> None:
    """Exactly into these; "everyone" needs no membership. Raises: Invalid for an unknown one."""
    wanted = sorted(set(group_ids) - {EVERYONE})
    require_groups(connection, wanted)
    connection.execute(delete(memberships).where(memberships.c.user_id == user_id))
    if wanted:
        rows = [{"group_id": group_id, "user_id": user_id} for group_id in wanted]
        connection.execute(insert(memberships), rows)


def require_groups(connection: Connection, group_ids: Sequence[str]) -> None:
    """Raises: Invalid when one of them does not exist."""
    known = set(connection.scalars(select(groups.c.id).where(groups.c.id.in_(group_ids))))
    if set(group_ids) - known:
        raise Invalid("One of the groups does not exist (any more).")


def names_of(connection: Connection, group_ids: Sequence[str]) -> list[str]:
    """Of those that exist, in order."""
    query = select(groups.c.name).where(groups.c.id.in_(group_ids))
    return list(connection.scalars(query.order_by(groups.c.name)))


def _with_members(connection: Connection) -> list[Group]:
    member = or_(groups.c.id == EVERYONE, users.c.id == memberships.c.user_id)
    query = (
        select(groups.c.id, groups.c.name, func.count(users.c.id.distinct()).label("members"))
        .select_from(groups)
        .outerjoin(memberships, memberships.c.group_id == groups.c.id)
        .outerjoin(users, member & users.c.disabled.is_(False))
        .group_by(groups.c.id, groups.c.name)
    )
    return [Group(row.id, row.name, row.members) for row in connection.execute(query)]


def _changeable(connection: Connection, group_id: str) -> str:
    """The name of a group that may be changed. Raises: NotFound, Forbidden."""
    name = connection.scalar(select(groups.c.name).where(groups.c.id == group_id))
    if name is None:
        raise NotFound("There is no such group.")
    if group_id == EVERYONE:
        raise Forbidden("The group of all users is built in and cannot be changed.")
    return str(name)


@contextmanager
def _unique(name: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Conflict(f"There is already a group called “{name}”.") from error
