"""What Tantivy raises, in the house's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from retrieval.errors import StorageFailed, Unavailable
from retrieval.storage import storage_failure, worded_failure

UNREADABLE = "The keyword index cannot be read. Run `colophon doctor --repair`."
UNWRITABLE = (
    "The keyword index could not be written; the server's disk may be full. Ask an administrator "
    "to make room, then try again."
)


@contextmanager
def failed_writes_told() -> Iterator[None]:
    """What is not committed is gone with its writer: the index stays as it was.

    Raises: StorageFull, StorageFailed.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        told = storage_failure(error) or worded_failure(str(error))
        raise told or StorageFailed(UNWRITABLE) from error


@contextmanager
def damage_translated() -> Iterator[None]:
    """Raises: Unavailable."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise Unavailable(UNREADABLE) from error
    except BaseException as error:
        # Some damage makes Tantivy panic, and nothing exports the class of a panic.
        if type(error).__name__ != "PanicException":
            raise
        raise Unavailable(UNREADABLE) from error
