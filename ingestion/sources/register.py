"""Registered sources: what knowledge bases follow, and how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from ingestion import records
from ingestion.removal import REMOVED_AT_A_TIME, Removal
from ingestion.schedule import checked_cron
from ingestion.sources.credentials import Credentials
from ingestion.sources.doors import Doors
from ingestion.sources.patterns import check_patterns
from ingestion.sources.record import require_source
from retrieval.errors import Conflict
from retrieval.store.database import Database
from retrieval.tables import sources
from retrieval.types import KnowledgeBaseId

TAKEN = "This location is a source of the knowledge base already."


@dataclass(frozen=True, slots=True)
class NewSource:
    location: str
    kind: str = "folder"
    options: Mapping[str, Any] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    credentials: Credentials | None = None
    cron: str | None = None  # None: the nightly schedule
    brake_share: float = 0.3
    restricted: bool = False  # to the readers that the app names


@dataclass(frozen=True, slots=True)
class SourceChange:
    """What is None stays. `cron` "" goes back to the nightly schedule."""

    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    credentials: Credentials | None = None
    cron: str | None = None
    brake_share: float | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    database: Database
    removal: Removal
    doors: Doors
    new_id: Callable[[], str]
    clock: Callable[[], datetime]

    def add(self, knowledge_base: KnowledgeBaseId, given: NewSource) -> str:
        """Returns the source's id, which is the old one when it was removed before.

        Raises: NotFound for the knowledge base, Invalid, Conflict when it is registered already.
        """
        check_patterns([*given.include, *given.exclude])
        location = self.doors.checked(given.kind, given.location, given.options)
        cron, now = checked_cron(given.cron), self.clock()
        values = {
            "kind": given.kind,
            "options": dict(given.options),
            "include": list(given.include),
            "exclude": list(given.exclude),
            "credentials": self.doors.sealed(given.credentials) if given.credentials else None,
            "cron": cron,
            "brake_share": given.brake_share,
            "restricted": given.restricted,
            "enabled": True,
            "created_at": now,
            "due_since": now,
            "removed_at": None,
        }
        with self.database.write() as connection:
            records.require_knowledge_base(connection, knowledge_base)
            removed = _removed_before(connection, knowledge_base, location)
            if removed is not None:
                connection.execute(update(sources).where(sources.c.id == removed).values(**values))
                return removed
            added = self.new_id()
            place = {"knowledge_base_id": knowledge_base, "location": location}
            connection.execute(insert(sources).values(id=added, **place, **values))
        return added

    def change(self, source_id: str, change: SourceChange) -> None:
        """Raises: NotFound, Invalid for a cron that names no times."""
        values = self._values(change)
        with self.database.write() as connection:
            before = require_source(connection, source_id)
            resumed = bool(change.enabled) and not before.enabled
            if resumed or values.get("cron", before.cron) != before.cron:
                # What should have been meanwhile is neither made up for nor missed.
                values["due_since"] = self.clock()
            if values:
                this = sources.c.id == source_id
                connection.execute(update(sources).where(this).values(**values))

    def _values(self, change: SourceChange) -> dict[str, Any]:
        """Columns that change. Raises: Invalid."""
        check_patterns([*(change.include or ()), *(change.exclude or ())])
        given = {
            "include": list(change.include) if change.include is not None else None,
            "exclude": list(change.exclude) if change.exclude is not None else None,
            "credentials": self.doors.sealed(change.credentials) if change.credentials else None,
            "brake_share": change.brake_share,
            "enabled": change.enabled,
        }
        values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        if change.cron is not None:
            values["cron"] = checked_cron(change.cron)
        return values

    def remove(self, source_id: str) -> None:
        """With its documents. Raises: NotFound."""
        with self.database.write() as connection:
            source = require_source(connection, source_id)
            connection.execute(
                update(sources)
                .where(sources.c.id == source_id)
                .values(removed_at=self.clock(), enabled=False, credentials=None)
            )
        # Nothing is taken in for a removed source, so what is there now is all there ever will be.
        gone = self.removal.documents_of_source(source_id)
        for start in range(0, len(gone), REMOVED_AT_A_TIME):
            batch = gone[start : start + REMOVED_AT_A_TIME]
            self.removal.remove_documents(batch, reason=f"{source.location} removed")


def _removed_before(
    connection: Connection, knowledge_base: KnowledgeBaseId, location: str
) -> str | None:
    """Raises: Conflict when it is registered and was not removed."""
    query = select(sources.c.id, sources.c.removed_at).where(
        sources.c.knowledge_base_id == knowledge_base, sources.c.location == location
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if row.removed_at is None:
        raise Conflict(TAKEN)
    return str(row.id)
