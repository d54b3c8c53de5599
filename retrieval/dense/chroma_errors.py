"""What Chroma raises, in the house's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from chromadb.errors import ChromaError, NotFoundError

from retrieval.errors import StorageFailed, Unavailable
from retrieval.storage import storage_errors_told, worded_failure


@contextmanager
def chroma_errors_translated() -> Iterator[None]:
    """Raises: Unavailable, StorageFull, StorageFailed."""
    try:
        with storage_errors_told():
            yield
    except NotFoundError as error:
        raise Unavailable("This knowledge base's vector index was just removed.") from error
    except ChromaError as error:
        raise worded_failure(str(error)) or Unavailable(
            "The vector index does not answer. If this stays, run `colophon doctor --repair`."
        ) from error


@contextmanager
def unavailable_told() -> Iterator[None]:
    """Raises: Unavailable in place of StorageFailed, for those who only read."""
    try:
        yield
    except StorageFailed as error:
        raise Unavailable("The vector index does not answer: the server's disk is full.") from error
