"""A shelf whose past can be gone back to, purged and forgotten."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.engine import Connection

from ingestion.blobs import Blobs
from ingestion.history.purge import Purge
from ingestion.history.retention import Retention
from ingestion.history.rollback import Rollback, RolledBack
from ingestion.history.snapshots import Snapshots
from ingestion.parsing.parse import Parsed
from ingestion.records import VersionRecord
from retrieval.store.database import Database
from retrieval.tables import documents, versions
from retrieval.types import Block, BlockKind, DocumentId
from tests.ingestion.shelf import BASE, Shelf, Ticking, a_shelf

KEPT = 3  # automatic snapshots
DAYS = 30  # that revisions are kept


@dataclass(frozen=True)
class PlainParser:
    """Paragraphs of a text, read in this process. A first line "# …" is its title."""

    blobs: Blobs

    def __call__(
        self, version: VersionRecord, media_type: str, progress: Callable[[int, int], None]
    ) -> Parsed:
        parts = self.blobs.path(version.blob).read_text().split("\n\n")
        title = parts.pop(0)[2:] if parts[0].startswith("# ") else version.filename
        return Parsed(title, tuple(Block(BlockKind.PARAGRAPH, part) for part in parts), None)


class NoAnswers:
    """Nobody asked anything."""

    def erase(self, connection: Connection, documents: Sequence[DocumentId]) -> int:
        return 0


@dataclass
class Past:
    shelf: Shelf
    snapshots: Snapshots
    rollback: Rollback
    purging: Purge
    retention: Retention

    def put(self, name: str, text: str) -> DocumentId:
        """Uploaded and searchable."""
        accepted = self.shelf.put(name, text)
        self.shelf.work()
        return accepted.document

    def remove(self, name: str) -> None:
        self.shelf.removal.remove_document(self.id_of(name))

    def snapshot(self, name: str = "then") -> str:
        taken = self.snapshots.take(BASE, "manual", name, "ada")
        assert taken is not None
        return taken

    def back_to(self, snapshot: str) -> RolledBack:
        """Nothing may be embedded for it, and everything must be in step afterwards."""
        embedded = len(self.shelf.embedder.embedded)
        done = self.rollback.to(snapshot, "ada")
        assert len(self.shelf.embedder.embedded) == embedded
        assert self.shelf.is_in_step()
        return done

    def id_of(self, name: str) -> DocumentId:
        """The living document of that name."""
        query = select(documents.c.id).where(
            documents.c.key == name, documents.c.deleted_at.is_(None)
        )
        with self.shelf.database.read() as connection:
            return DocumentId(connection.execute(query).scalar_one())

    def days_pass(self, days: int) -> None:
        clock = self.shelf.jobs.clock
        assert isinstance(clock, Ticking)
        clock.now += timedelta(days=days)

    def listed(self) -> dict[str, tuple[str, int | None]]:
        """State and live version's number by key of the living documents."""
        query = (
            select(documents.c.key, documents.c.state, versions.c.number)
            .outerjoin(versions, versions.c.id == documents.c.live_version_id)
            .where(documents.c.deleted_at.is_(None))
        )
        with self.shelf.database.read() as connection:
            return {row.key: (row.state, row.number) for row in connection.execute(query)}


def a_past(database: Database, folder: Path) -> Past:
    shelf = a_shelf(database, folder)
    shelf.pipeline = replace(shelf.pipeline, parser=PlainParser(shelf.blobs))
    clock = shelf.jobs.clock
    snapshots = Snapshots(database, KEPT, lambda: uuid4().hex, clock)
    return Past(
        shelf,
        snapshots,
        Rollback(database, shelf.index, snapshots, clock),
        Purge(database, shelf.blobs, shelf.index, NoAnswers(), clock),
        Retention(shelf.index, shelf.blobs, snapshots, DAYS, clock),
    )
