"""A full or failing disk, told in one sentence whether the system, SQL or an index says so."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError

from retrieval.errors import StorageFailed, StorageFull

FULL: Final = (
    "The server's disk is full, so this was not stored. What was stored before is untouched. "
    "Ask an administrator to make room, then try again."
)
FAILED: Final = (
    "The server's disk refused to store this, so nothing of it was kept. Ask an administrator to "
    "look at the disk, then try again."
)
# EFBIG is how a limit on the size of files is told (`ulimit -f`).
_FULL_NUMBERS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FAILED_NUMBERS: Final = frozenset({errno.EIO, errno.EROFS})
_FAILED_CODES: Final = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
_POSTGRESQL_FULL: Final = "53100"
_POSTGRESQL_FAILED: Final = "58030"
# As the libraries word it that hand out no number.
_FULL_WORDS: Final = (
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "database or disk is full",
    "StorageFull",
    "FileTooLarge",
)
_FAILED_WORDS: Final = ("disk I/O error", "Input/output error", "Read-only file system")


@contextmanager
def storage_errors_told() -> Iterator[None]:
    """Raises: StorageFull or StorageFailed instead of what the disk made others raise."""
    try:
        yield
    except (OSError, DBAPIError, sqlite3.Error) as error:
        told = storage_failure(error)
        if told is None:
            raise
        raise told from error


def storage_failure(error: BaseException | None) -> StorageFailed | None:
    """The sentence for an error of the disk; None for every other error."""
    match error:
        case StorageFailed():
            return error
        case DBAPIError():
            return storage_failure(error.orig)
        case sqlite3.Error():
            return _of_sqlite(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        case OSError():
            return _of_system(error.errno)
        case _:
            return _of_postgresql(getattr(error, "sqlstate", None))


def worded_failure(words: str) -> StorageFailed | None:
    """The same for a library that tells in words alone."""
    if any(known in words for known in _FULL_WORDS):
        return StorageFull(FULL)
    if any(known in words for known in _FAILED_WORDS):
        return StorageFailed(FAILED)
    return None


def _of_sqlite(code: int) -> StorageFailed | None:
    if code == sqlite3.SQLITE_FULL:
        return StorageFull(FULL)
    return StorageFailed(FAILED) if code in _FAILED_CODES else None


def _of_system(number: int | None) -> StorageFailed | None:
    if number in _FULL_NUMBERS:
        return StorageFull(FULL)
    return StorageFailed(FAILED) if number in _FAILED_NUMBERS else None


def _of_postgresql(state: str | None) -> StorageFailed | None:
    if state == _POSTGRESQL_FULL:
        return StorageFull(FULL)
    return StorageFailed(FAILED) if state == _POSTGRESQL_FAILED else None
