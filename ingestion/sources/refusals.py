"""Files of a kind that is not read: remembered, so that nobody fetches them each night."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert, select

from ingestion.sources.comparing import kept_etag
from ingestion.sources.port import Entry
from retrieval.store.database import Database
from retrieval.tables import refused

# Then it is fetched once more: Colophon may have learned to read it meanwhile.
REMEMBERED: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Refused:
    """What is known of one source."""

    reasons: Mapping[tuple[str, str], str] = field(default_factory=dict)  # by digest and etag

    def reason(self, entry: Entry) -> str | None:
        """Why it was refused; None when it was not, or has changed since."""
        return self.reasons.get((_digest(entry.key), kept_etag(entry) or ""))


@dataclass(frozen=True, slots=True)
class Refusals:
    database: Database
    clock: Callable[[], datetime]

    def of(self, source: str) -> Refused:
        query = select(refused).where(
            refused.c.source_id == source, refused.c.refused_at > self.clock() - REMEMBERED
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return Refused({(row.key_sha256, row.etag): row.reason for row in rows})

    def remember(self, source: str, entry: Entry, reason: str) -> None:
        """Nothing when only its bytes could tell whether it changes."""
        etag, digest = kept_etag(entry), _digest(entry.key)
        if etag is None:
            return
        with self.database.write() as connection:
            before = (refused.c.source_id == source) & (refused.c.key_sha256 == digest)
            connection.execute(delete(refused).where(before))
            values = {"source_id": source, "key_sha256": digest, "etag": etag, "reason": reason}
            connection.execute(insert(refused).values(refused_at=self.clock(), **values))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
