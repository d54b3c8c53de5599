"""Forgetting: revisions that are old and that no snapshot needs, and what only they showed.

Each step is a small transaction that leaves a whole knowledge base behind, and each looks anew at
what there is: what a crash left is forgotten the next night.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.engine import Connection

from ingestion.blobs import Blobs
from ingestion.history import forgetting
from ingestion.history.forgetting import Gone
from ingestion.history.snapshots import Snapshots
from retrieval.indexes.index import Index
from retrieval.tables import versions
from retrieval.types import KnowledgeBaseId

STEPS = (
    forgetting.forget_revisions,
    forgetting.erase_unshown,
    forgetting.erase_versions,
    forgetting.erase_documents,
)
FRESH = timedelta(hours=1)  # bytes without a document: an upload that is being written down


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a night let go of."""

    snapshots: int = 0
    revisions: int = 0
    chunks: int = 0
    versions: int = 0
    documents: int = 0
    vectors: int = 0
    originals: int = 0


@dataclass(frozen=True, slots=True)
class Retention:
    index: Index
    blobs: Blobs
    snapshots: Snapshots
    days: int  # that every revision is kept
    clock: Callable[[], datetime]

    def prune(self) -> Forgotten:
        """Every knowledge base, then what no knowledge base needs."""
        cutoff = self.clock() - timedelta(days=self.days)
        gone: Gone = Gone()
        for base in self.index.corpus.knowledge_bases():
            gone += self._once(self._forget_snapshots, base.id)
            for step in STEPS:
                gone += self._to_the_end(step, base.id, cutoff)
        gone += self._to_the_end(forgetting.erase_vectors)
        gone += Gone(originals=self._sweep_originals())
        del gone["visibility"]
        return Forgotten(**gone)

    def _to_the_end(self, step: Callable[..., Gone], *where: object) -> Gone:
        gone: Gone = Gone()
        while done := +self._once(step, *where):
            gone += done
        return gone

    def _once(self, step: Callable[..., Gone], *where: object) -> Gone:
        # Nobody may be between looking at a revision and showing it again: see `Rollback.to`.
        with self.index.changing(), self.index.corpus.database.write() as connection:
            return step(connection, *where)

    def _forget_snapshots(self, connection: Connection, base: KnowledgeBaseId) -> Gone:
        return Gone(snapshots=self.snapshots.forget_old(connection, base))

    def _sweep_originals(self) -> int:
        """Files that no version has. Returns how many went."""
        with self.index.corpus.database.read() as connection:
            used = set(connection.scalars(select(versions.c.blob).distinct()))
        orphans = [name for name in self.blobs.names() if name not in used]
        before = self.clock() - FRESH
        return sum(self.blobs.remove_older(name, before) for name in orphans)
