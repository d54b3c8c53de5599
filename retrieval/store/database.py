"""The one door to SQL: reads see one moment, writes are one transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from retrieval.errors import Invalid, Unavailable
from retrieval.storage import storage_errors_told

POSTGRESQL = "postgresql+psycopg"
BUSY_SECONDS = 30  # how long a writer waits for another writer of the same file


@dataclass(frozen=True, slots=True)
class Database:
    """SQLite (one file, WAL) or PostgreSQL; nothing else in the house knows which."""

    engine: Engine

    @classmethod
    def open(cls, url: str) -> "Database":
        """`sqlite:///FILE` (its folder is made) or `postgresql+psycopg://…`.

        Raises: Invalid for another address, Unavailable when PostgreSQL does not answer.
        """
        parsed = _parsed(url)
        if parsed.drivername == POSTGRESQL:
            engine = create_engine(parsed, pool_pre_ping=True)
            _require_answer(engine)
            return cls(engine)
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return cls(engine)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent moment. Raises: Invalid for a value that no column takes."""
        with storage_errors_told(), _unstorable_refused(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it or nothing.

        Raises: Invalid for a value no column takes, StorageFull, StorageFailed.
        """
        writing = self.engine.execution_options(colophon_writes=True)
        with storage_errors_told(), _unstorable_refused(), writing.begin() as connection:
            yield connection

    def settle(self) -> bool:
        """What was deleted is in no file of SQLite's any more: the log is written back and emptied.

        False when a reader did not let go of the log in time. PostgreSQL does so by itself, later:
        with VACUUM, and when its log is recycled.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        with closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            busy: int = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def close(self) -> None:
        self.engine.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in {"sqlite", POSTGRESQL}:
        # The address itself is not repeated: it may hold a password.
        raise Invalid("The database's address must begin with sqlite:/// or postgresql+psycopg://.")
    return parsed


def _require_answer(engine: Engine) -> None:
    try:
        engine.connect().close()
    except OperationalError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise Unavailable(f"The database does not answer: {reason}.") from error


@contextmanager
def _unstorable_refused() -> Iterator[None]:
    """PostgreSQL takes no NUL character in a text and no number beyond its column."""
    try:
        yield
    except DataError as error:
        raise Invalid("This holds a character or a number that cannot be stored.") from error


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: `_begin_sqlite` does, in the right mode.
    connection.isolation_level = None
    # secure_delete: what is deleted is overwritten, so a purged sentence is gone from the file.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # NOTE: a deferred transaction that turns into a writer fails at once with "database is locked"
    # when another wrote meanwhile; taking the write lock first makes it wait instead.
    writes = connection.get_execution_options().get("colophon_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
