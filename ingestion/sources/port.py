"""What every kind of source can do: say what is there, and hand one of it out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as its source lists it. The same key in the next listing is the same document."""

    key: str  # path below the source's location, or a URL
    filename: str  # what people call it
    etag: str | None  # equal means unchanged; None: only the bytes can tell
    size: int | None = None  # bytes, when the listing says


class Source(Protocol):
    def entries(self) -> Iterable[Entry]:
        """Everything that is there now, in any order, each key once.

        Raises: Unavailable when any part of it cannot be listed: a half listing would look like
        a deletion of the rest. May be a generator that raises half-way.
        """
        ...

    def fetch(self, entry: Entry, target: BinaryIO, max_bytes: int) -> None:
        """Writes the document's bytes.

        Raises: TooLarge, NotFound when it vanished meanwhile, Unavailable when it cannot be had
        now, Invalid for what is no document (an error page, a login page).
        """
        ...

    def close(self) -> None:
        """Ends connections and removes temporary files."""
        ...
