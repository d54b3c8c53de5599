"""Snapshots: revisions with a name, which retention keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from retrieval.errors import NotFound
from retrieval.history_tables import snapshots
from retrieval.store.database import Database
from retrieval.store.history import live_revision
from retrieval.types import KnowledgeBaseId

MANUAL = "manual"  # the others are automatic: "nightly", "model", "rollback"


@dataclass(frozen=True, slots=True)
class Snapshot:
    id: str
    knowledge_base: KnowledgeBaseId
    revision: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Snapshots:
    database: Database
    kept: int  # automatic ones per knowledge base, the newest
    new_id: Callable[[], str]
    clock: Callable[[], datetime]

    def take(
        self, knowledge_base: KnowledgeBaseId, kind: str, name: str, by: str = ""
    ) -> str | None:
        """Names the live revision; returns the snapshot's id.

        An automatic one is not taken when nothing was committed since the last automatic one (its
        id is returned), or ever (None). Raises: NotFound.
        """
        with self.database.write() as connection:
            return self.take_within(connection, knowledge_base, kind, name, by)

    def take_within(
        self,
        connection: Connection,
        knowledge_base: KnowledgeBaseId,
        kind: str,
        name: str,
        by: str = "",
    ) -> str | None:
        """The same in the caller's transaction: nothing can be committed before it ends."""
        live = live_revision(connection, knowledge_base)
        if kind != MANUAL:
            there = _automatic_at(connection, knowledge_base, live)
            if there is not None or live == 0:
                return there
        snapshot = self.new_id()
        connection.execute(
            insert(snapshots).values(
                id=snapshot,
                knowledge_base_id=knowledge_base,
                revision=live,
                name=name,
                kind=kind,
                created_by=by,
                created_at=self.clock(),
            )
        )
        self.forget_old(connection, knowledge_base)
        return snapshot

    def get(self, snapshot: str) -> Snapshot:
        """Raises: NotFound."""
        with self.database.read() as connection:
            return require_snapshot(connection, snapshot)

    def remove(self, snapshot: str) -> None:
        """The name goes at once; what only it kept goes with the next night. Raises: NotFound."""
        with self.database.write() as connection:
            require_snapshot(connection, snapshot)
            connection.execute(delete(snapshots).where(snapshots.c.id == snapshot))

    def forget_old(self, connection: Connection, knowledge_base: KnowledgeBaseId) -> int:
        """Drops automatic ones but the newest `kept`; returns how many."""
        query = (
            select(snapshots.c.id)
            .where(snapshots.c.knowledge_base_id == knowledge_base, snapshots.c.kind != MANUAL)
            .order_by(snapshots.c.created_at.desc(), snapshots.c.id)
        )
        old = list(connection.scalars(query))[self.kept :]
        connection.execute(delete(snapshots).where(snapshots.c.id.in_(old)))
        return len(old)


def require_snapshot(connection: Connection, snapshot: str) -> Snapshot:
    """Raises: NotFound."""
    row = connection.execute(select(snapshots).where(snapshots.c.id == snapshot)).one_or_none()
    if row is None:
        raise NotFound("There is no such snapshot.")
    return Snapshot(
        row.id, KnowledgeBaseId(row.knowledge_base_id), row.revision, row.name, row.kind
    )


def _automatic_at(
    connection: Connection, knowledge_base: KnowledgeBaseId, revision: int
) -> str | None:
    query = select(snapshots.c.id).where(
        snapshots.c.knowledge_base_id == knowledge_base,
        snapshots.c.revision == revision,
        snapshots.c.kind != MANUAL,
    )
    found: str | None = connection.scalar(query.limit(1))
    return found
