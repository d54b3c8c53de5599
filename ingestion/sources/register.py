"""Registered sources: what the nightly job follows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, insert, select

from ingestion import records
from ingestion.intake import Starter
from ingestion.jobs import Jobs, Work
from ingestion.removal import Removal
from retrieval.database import Database
from retrieval.errors import Conflict, Invalid, NotFound
from retrieval.tables import sources
from retrieval.types import KnowledgeBaseId


@dataclass(frozen=True, slots=True)
class Sources:
    database: Database
    jobs: Jobs
    removal: Removal
    starter: Starter
    new_id: Callable[[], str]
    clock: Callable[[], datetime]

    def add(self, knowledge_base: KnowledgeBaseId, location: str) -> str:
        """Registers a folder; returns the source's id.

        Raises: NotFound for the knowledge base, Invalid for what is no folder, Conflict when it
        is registered already.
        """
        location = str(_folder(location))
        with self.database.write() as connection:
            records.require_knowledge_base(connection, knowledge_base)
            taken = select(sources.c.id).where(
                sources.c.knowledge_base_id == knowledge_base, sources.c.location == location
            )
            if connection.scalar(taken) is not None:
                raise Conflict("This folder is a source of the knowledge base already.")
            source_id = self.new_id()
            connection.execute(
                insert(sources).values(
                    id=source_id,
                    knowledge_base_id=knowledge_base,
                    kind="folder",
                    location=location,
                    created_at=self.clock(),
                )
            )
        return source_id

    def remove(self, source_id: str) -> None:
        """With its documents. Raises: NotFound."""
        self._require(source_id)
        for document in self.removal.documents_of_source(source_id):
            self.removal.remove_document(document)
        with self.database.write() as connection:
            connection.execute(delete(sources).where(sources.c.id == source_id))

    def start_sync(self, source_id: str) -> str:
        """Returns the job's id. Raises: NotFound."""
        knowledge_base, location = self._require(source_id)
        work = Work(
            id=self.new_id(),
            kind="sync",
            knowledge_base=knowledge_base,
            label=location,
            source=source_id,
        )
        with self.database.write() as connection:
            self.jobs.create(connection, work)
        self.starter.start(work)
        return work.id

    def start_all(self) -> None:
        """What the nightly job does."""
        for source_id in self._enabled():
            self.start_sync(source_id)

    def _enabled(self) -> list[str]:
        query = select(sources.c.id).where(sources.c.enabled).order_by(sources.c.created_at)
        with self.database.read() as connection:
            return list(connection.scalars(query))

    def _require(self, source_id: str) -> tuple[KnowledgeBaseId, str]:
        query = select(sources).where(sources.c.id == source_id)
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("This source does not exist.")
        return KnowledgeBaseId(row.knowledge_base_id), row.location


def _folder(location: str) -> Path:
    """Without links and dots. Raises: Invalid for what is no folder."""
    folder = Path(location)
    if not folder.is_absolute():
        raise Invalid("Please give the whole path of the folder, from the root.")
    try:
        found = folder.is_dir()
    except OSError as error:  # e.g. a name longer than any folder's, or a folder above it is locked
        raise Invalid(f"The folder cannot be looked at: {error.strerror}.") from error
    if not found:
        raise Invalid(f"There is no folder {folder} on the machine that Colophon runs on.")
    return folder.resolve()
