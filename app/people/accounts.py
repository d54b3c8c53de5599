"""Accounts: made, changed and removed by administrators. There is always one administrator left."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.clock import Clock
from app.people.audit import Audit, Entry
from app.people.groups import names_of, put_in_groups
from app.people.passwords import Passwords
from app.people.sessions import end_sessions
from app.people.user import Role, User, user_from_row
from app.tables import users
from app.tokens import new_id, new_password
from retrieval.errors import Conflict, NotFound
from retrieval.store.database import Database

FIRST_ADMIN = "admin"
CHANGED = "changed"  # all that the audit says of a new password


@dataclass(frozen=True, slots=True)
class NewAccount:
    username: str  # any case; stored in lower case
    display_name: str
    password: str
    role: Role = "employee"
    group_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class AccountChange:
    """None keeps what is."""

    display_name: str | None = None
    role: Role | None = None
    disabled: bool | None = None
    password: str | None = None
    group_ids: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Accounts:
    database: Database
    passwords: Passwords
    audit: Audit
    clock: Clock

    def create_first_admin(self) -> tuple[User, str] | None:
        """The administrator and the password, to be shown once; None when there are users."""
        with self.database.read() as connection:
            if _count(connection):
                return None
        password = new_password()
        account = NewAccount(FIRST_ADMIN, "Administrator", password, "admin")
        hashed = self.passwords.hash(password)
        # Another process may have been faster: then the username is taken.
        with suppress(IntegrityError), self.database.write() as connection:
            if not _count(connection):
                user = self._insert(connection, account, hashed)
                self.audit.record(connection, Entry("user.create", user.username))
                return user, password
        return None

    def administrators(self) -> list[str]:
        """Display names of those who can sign in, in order."""
        query = select(users.c.display_name).where(
            users.c.role == "admin", users.c.disabled.is_(False)
        )
        with self.database.read() as connection:
            return list(connection.scalars(query.order_by(users.c.display_name)))

    def create(self, account: NewAccount, by: User | None) -> User:
        """`by` None: somebody at the command line. Raises: Conflict, Invalid, Overloaded."""
        hashed = self.passwords.hash(account.password)
        with _unique(account.username), self.database.write() as connection:
            user = self._insert(connection, account, hashed)
            put_in_groups(connection, user.id, account.group_ids)
            entry = Entry("user.create", user.username, by, {"role": user.role})
            self.audit.record(connection, entry)
        return user

    def change(self, user_id: str, change: AccountChange, by: User | None) -> User:
        """Another role, another password or disabling ends all sessions of the user.

        Raises: NotFound, Invalid for an unknown group, Conflict for the last administrator.
        """
        values = _values(change)
        if change.password is not None:
            values["password_hash"] = self.passwords.hash(change.password)
        with self.database.write() as connection:
            before = user_from_row(_row(connection, user_id))
            if change.role == "employee" or change.disabled:
                _require_another_admin(connection, before)
            if values:
                connection.execute(update(users).where(users.c.id == user_id).values(**values))
            if change.group_ids is not None:
                put_in_groups(connection, user_id, change.group_ids)
            after = user_from_row(_row(connection, user_id))
            if change.password is not None or after.disabled or after.role != before.role:
                end_sessions(connection, user_id)
            detail = _described(change)
            if change.group_ids is not None:
                detail["groups"] = ", ".join(names_of(connection, change.group_ids)) or "-"
            self.audit.record(connection, Entry("user.change", after.username, by, detail))
        return after

    def delete(self, user_id: str, by: User) -> None:
        """With conversations, keys and sessions. Raises: NotFound, Conflict."""
        if user_id == by.id:
            raise Conflict("You cannot delete your own account.")
        with self.database.write() as connection:
            user = user_from_row(_row(connection, user_id))
            _require_another_admin(connection, user)
            connection.execute(delete(users).where(users.c.id == user_id))
            self.audit.record(connection, Entry("user.delete", user.username, by))

    def sign_out_everywhere(self, user_id: str, by: User) -> None:
        """Raises: NotFound."""
        with self.database.write() as connection:
            user = user_from_row(_row(connection, user_id))
            end_sessions(connection, user_id)
            self.audit.record(connection, Entry("user.sign_out", user.username, by))

    def _insert(self, connection: Connection, account: NewAccount, hashed: str) -> User:
        user = User(
            id=new_id(),
            username=account.username.lower(),
            display_name=account.display_name,
            role=account.role,
            disabled=False,
            created_at=self.clock(),
        )
        connection.execute(
            insert(users).values(
                id=user.id,
                username=user.username,
                display_name=user.display_name,
                password_hash=hashed,
                role=user.role,
                disabled=user.disabled,
                created_at=user.created_at,
            )
        )
        return user


def _count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(users)) or 0


def _row(connection: Connection, user_id: str) -> Row[Any]:
    row = connection.execute(select(users).where(users.c.id == user_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such user.")
    return row


def _values(change: AccountChange) -> dict[str, Any]:
    wanted = {
        "display_name": change.display_name,
        "role": change.role,
        "disabled": change.disabled,
    }
    return {column: value for column, value in wanted.items() if value is not None}


def _described(change: AccountChange) -> dict[str, str]:
    """For the audit."""
    detail = {column: str(value) for column, value in _values(change).items()}
    if change.password is not None:
        detail["password"] = CHANGED
    return detail


def _require_another_admin(connection: Connection, user: User) -> None:
    """Raises: Conflict when this is the last administrator who can sign in."""
    if not user.is_admin or user.disabled:
        return
    # NOTE: the rows are locked, so that two administrators cannot demote each other at once.
    admins = (
        select(users.c.id)
        .where(users.c.role == "admin", users.c.disabled.is_(False))
        .order_by(users.c.id)
        .with_for_update()
    )
    if set(connection.scalars(admins)) <= {user.id}:
        raise Conflict("This is the last administrator. Please make another one first.")


@contextmanager
def _unique(username: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Conflict(f"There is already a user called “{username.lower()}”.") from error
