"""What the data needs around it: the key that opens the credentials of its sources."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.care.finding import Finding
from ingestion.sources.sealing import Sealer
from retrieval.database import Database
from retrieval.errors import Unavailable
from retrieval.tables import sources

CREDENTIALS = "credentials"
GIVE_AGAIN = "give them again in the web, under Sources"
NAMED = 5  # in a sentence


@dataclass(frozen=True, slots=True)
class Surroundings:
    database: Database
    sealer: Sealer

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
