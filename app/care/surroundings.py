"""What the data needs around it: room on its disk, for the vector index too, the key of its
sources' credentials, and the second language model where the settings name one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from app.care.finding import Finding
from app.models.second import trouble_with
from app.sections import Overflow
from ingestion.blobs import MIB, Blobs
from ingestion.sources.sealing import Sealer
from retrieval.dense.soundness import Soundness
from retrieval.errors import Invalid, Unavailable
from retrieval.store.database import Database
from retrieval.tables import sources

CREDENTIALS = "credentials"
ROOM = "disk"
VECTOR_INDEX = "vector index"
SECOND_MODEL = "second model"
MAKE_ROOM = "move old backups and logs elsewhere, or the data folder to a larger disk"
GIVE_AGAIN = "give them again in the web, under Sources"
NAMED = 5  # in a sentence


class VectorIndex(Protocol):
    """`ChromaIndexes`."""

    def soundness(self) -> Soundness: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    database: Database
    sealer: Sealer
    blobs: Blobs
    vectors: VectorIndex
    overflow: Overflow | None = None

    def room(self) -> Finding:
        """What uploads need to be taken, and what a backup needs for its copy of the database."""
        self.blobs.root.mkdir(parents=True, exist_ok=True)
        free, reserve = self.blobs.free(self.blobs.root), self.blobs.reserve
        kept = f"{free // MIB:,} MiB are free, {reserve // MIB:,} MiB of them kept back"
        copy = _size_of(self.database)
        if free < reserve:
            detail = (
                f"{free // MIB:,} MiB are free, less than the {reserve // MIB:,} MiB that are kept "
                "back (uploads.reserve_bytes): uploads are refused"
            )
            return Finding(ROOM, False, detail, MAKE_ROOM)
        if free < reserve + copy:
            detail = f"{kept}: too little for a backup, which copies {copy // MIB:,} MiB beside it"
            return Finding(ROOM, False, detail, MAKE_ROOM)
        return Finding(ROOM, True, kept)

    def vector_index(self) -> Finding:
        """Ask before anything searches: a search opens the index anew when there is room."""
        match self.vectors.soundness():
            case Soundness.SOUND:
                return Finding(VECTOR_INDEX, True, "open")
            case Soundness.REOPENS:
                detail = "a write failed; it is opened anew with the next search or write"
                return Finding(VECTOR_INDEX, True, detail)
            case Soundness.WAITS_FOR_ROOM:
                detail = (
                    "a write failed because the disk is full, and it is opened anew as soon as "
                    "there is room; until then searches go by keywords alone"
                )
                return Finding(VECTOR_INDEX, False, detail, MAKE_ROOM)

    def credentials(self) -> Finding:
        sealed = sealed_credentials(self.database)
        locked = locked_sources(self.database, self.sealer)
        if locked:
            detail = (
                f"{len(locked)} of {len(sealed)} sources have credentials that another key sealed, "
                f"so they cannot be followed: {named(locked)}"
            )
            return Finding(CREDENTIALS, False, detail, GIVE_AGAIN)
        return Finding(CREDENTIALS, True, f"those of {len(sealed)} sources can be opened")

    def second_model(self) -> Finding | None:
        """None where there is none. Nothing but its key leaves."""
        if self.overflow is None:
            return None
        try:
            trouble = trouble_with(self.overflow)
        except Invalid as error:
            trouble = str(error)
        if trouble is None:
            detail = f"{self.overflow.model} at {self.overflow.url} is there"
            return Finding(SECOND_MODEL, True, detail)
        return Finding(SECOND_MODEL, False, trouble, "look at models.overflow in the settings")


def _size_of(database: Database) -> int:
    """In bytes, of SQLite's file; a server's database lies elsewhere."""
    name = database.engine.url.database
    is_file = database.engine.dialect.name == "sqlite" and name
    return Path(str(name)).stat().st_size if is_file else 0


def sealed_credentials(database: Database) -> dict[str, bytes]:
    """Of the sources that have any, by location."""
    query = select(sources.c.location, sources.c.credentials).where(
        sources.c.credentials.is_not(None), sources.c.removed_at.is_(None)
    )
    with database.read() as connection:
        rows = connection.execute(query.order_by(sources.c.location)).all()
    return {row.location: row.credentials for row in rows}


def locked_sources(database: Database, sealer: Sealer) -> list[str]:
    """Locations of the sources whose credentials this key does not open."""
    return [
        location
        for location, sealed in sealed_credentials(database).items()
        if not _opens(sealer, sealed)
    ]


def named(locations: Sequence[str]) -> str:
    more = f" and {len(locations) - NAMED} more" if len(locations) > NAMED else ""
    return ", ".join(locations[:NAMED]) + more


def _opens(sealer: Sealer, sealed: bytes) -> bool:
    try:
        sealer.open(sealed)
    except Unavailable:
        return False
    return True
