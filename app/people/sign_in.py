"""Signing in, and changing one's own password: the two places where a password is tried."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from app.people.audit import Audit, Entry
from app.people.passwords import Passwords
from app.people.sessions import Sessions, end_sessions
from app.people.throttle import Throttle
from app.people.user import User, user_from_row
from app.tables import users
from retrieval.errors import Invalid, Unauthenticated
from retrieval.store.database import Database

WRONG = "The username or the password is not right."


@dataclass(frozen=True, slots=True)
class Attempt:
    username: str
    password: str
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class SignIn:
    database: Database
    passwords: Passwords
    sessions: Sessions
    audit: Audit
    per_account: Throttle  # tries of one account from one address
    per_address: Throttle  # tries of any account from one address

    def sign_in(self, attempt: Attempt) -> tuple[User, str]:
        """The user and the session's token.

        An unknown user, a wrong password and a disabled user look the same and cost the same.
        Raises: Unauthenticated, Overloaded.
        """
        username = attempt.username.lower()
        key = f"{username}\n{attempt.address}"
        self.per_address.admit(attempt.address)
        self.per_account.admit(key)
        row = self._row(username)
        fits = self.passwords.fits(attempt.password, row.password_hash if row else None)
        if row is None or not fits or row.disabled:
            self._note_failure(row, attempt)
            raise Unauthenticated(WRONG)
        # NOTE: a success does not forgive the address: an attacker may own one account there.
        self.per_address.take_back(attempt.address)
        self.per_account.forgive(key)
        return self._admit(row, attempt)

    def change_password(self, user: User, current: str, new: str, session: str) -> None:
        """Ends the user's other sessions. Raises: Invalid, Overloaded."""
        key = f"{user.username}\nchange"
        self.per_account.admit(key)
        row = self._row(user.username)
        if not self.passwords.fits(current, row.password_hash if row else None):
            raise Invalid("The current password is not right.")
        self.per_account.forgive(key)
        hashed = self.passwords.hash(new)
        with self.database.write() as connection:
            mine = update(users).where(users.c.id == user.id)
            connection.execute(mine.values(password_hash=hashed))
            end_sessions(connection, user.id, keep=session)
            self.audit.record(connection, Entry("password.change", user.username, user))

    def _row(self, username: str) -> Row[Any] | None:
        query = select(users).where(users.c.username == username)
        with self.database.read() as connection:
            return connection.execute(query).one_or_none()

    def _admit(self, row: Row[Any], attempt: Attempt) -> tuple[User, str]:
        user = user_from_row(row)
        hashed = row.password_hash
        if self.passwords.is_outdated(hashed):
            hashed = self.passwords.hash(attempt.password)
        with self.database.write() as connection:
            # NOTE: an administrator may have disabled the user or set another password meanwhile.
            unchanged = select(users.c.id).where(
                users.c.id == user.id,
                users.c.password_hash == row.password_hash,
                users.c.disabled.is_(False),
            )
            if connection.scalar(unchanged.with_for_update()) is None:
                raise Unauthenticated(WRONG)
            if hashed != row.password_hash:
                mine = update(users).where(users.c.id == user.id)
                connection.execute(mine.values(password_hash=hashed))
            token = self.sessions.start(connection, user.id, attempt.user_agent)
            detail = {"address": attempt.address}
            self.audit.record(connection, Entry("session.start", user.username, user, detail))
        return user, token

    def _note_failure(self, row: Row[Any] | None, attempt: Attempt) -> None:
        # NOTE: an unknown name is not written down: it is often a password in the wrong field.
        target = row.username if row else "an unknown user"
        self.audit.note(Entry("session.refuse", target, None, {"address": attempt.address}))
