"""A source that lists what the test says, fails where the test says, and counts what is fetched."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from ingestion.blobs import Blobs
from ingestion.parsing.parse import Parsed
from ingestion.pipeline import Progress
from ingestion.records import VersionRecord
from ingestion.sources.port import Entry
from ingestion.sources.record import SourceRecord
from retrieval.errors import Invalid, KnowledgeBaseError, TooLarge, Unavailable
from retrieval.types import Block, BlockKind


@dataclass
class Listed:
    """Its own opener, too: every source that is opened is this one."""

    texts: dict[str, str] = field(default_factory=dict)
    failing: dict[str, KnowledgeBaseError] = field(default_factory=dict)
    with_etags: bool = True
    listing_ends_after: int | None = None  # entries, and then the server is gone
    fetched: list[str] = field(default_factory=list)
    crash_at: str | None = None  # the process dies when this is fetched
    closed: int = 0

    def opened(self, _source: SourceRecord) -> "Listed":
        return self

    def entries(self) -> Iterator[Entry]:
        for number, (key, text) in enumerate(self.texts.items()):
            if number == self.listing_ends_after:
                raise Unavailable("The listing ended half-way.")
            etag = f"etag of {text}" if self.with_etags else None
            yield Entry(key, key.rsplit("/", 1)[-1], etag, len(text.encode()))

    def fetch(self, entry: Entry, target: BinaryIO, max_bytes: int) -> None:
        if entry.key == self.crash_at:
            raise Killed
        self.fetched.append(entry.key)
        if entry.key in self.failing:
            raise self.failing[entry.key]
        content = self.texts[entry.key].encode()
        if len(content) > max_bytes:
            raise TooLarge("It is too large.")
        target.write(content)

    def close(self) -> None:
        self.closed += 1


@dataclass(frozen=True)
class PlainTexts:
    """A parser of plain texts without a process of its own; runs are what is tested here."""

    blobs: Blobs

    def __call__(self, version: VersionRecord, _media_type: str, _progress: Progress) -> Parsed:
        text = self.blobs.path(version.blob).read_text()
        if text.startswith("%PDF"):
            raise Invalid("This PDF is damaged.")
        return Parsed(version.filename, (Block(BlockKind.PARAGRAPH, text),), None)


class Killed(BaseException):
    """Nothing that runs afterwards may rely on having caught it."""
