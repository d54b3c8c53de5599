"""Going back: one commit whose visible set equals that of a snapshot. No model is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from ingestion.history.document_rows import follow, pause_sources
from ingestion.history.snapshots import Snapshot, Snapshots, require_snapshot
from retrieval.indexes.index import Index
from retrieval.store.database import Database
from retrieval.store.diff import Diff, diff
from retrieval.store.history import live_revision
from retrieval.store.live import point_at_visible
from retrieval.store.revisions import hold, restore
from retrieval.types import KnowledgeBaseId

NAME_LENGTH = 120  # of a snapshot's name


@dataclass(frozen=True, slots=True)
class RolledBack:
    revision: int  # the new one, equal to the old
    diff: Diff  # what it did
    paused_sources: tuple[str, ...]  # locations: following them would bring the changes back


@dataclass(frozen=True, slots=True)
class Rollback:
    database: Database
    index: Index
    snapshots: Snapshots
    clock: Callable[[], datetime]

    def diff(self, knowledge_base: KnowledgeBaseId, from_revision: int, to_revision: int) -> Diff:
        """Raises: NotFound, also for a revision that is not kept."""
        with self.database.read() as connection:
            return diff(connection, knowledge_base, from_revision, to_revision)

    def preview(self, snapshot_id: str) -> Diff:
        """What `to` would do now. Raises: NotFound."""
        with self.database.read() as connection:
            return _to(connection, require_snapshot(connection, snapshot_id))

    def to(self, snapshot_id: str, by: str = "") -> RolledBack:
        """The knowledge base as it was, documents and all; purged documents stay purged.

        Uploads that are still on their way are not part of it and appear when they are ready.
        What stood before is a snapshot of its own, so this can be undone. Raises: NotFound.
        """
        with self.index.changing():
            with self.database.read() as connection:
                snapshot = require_snapshot(connection, snapshot_id)
                planned = _to(connection, snapshot)
            # In the indexes before they are visible: nothing that is shown may be missing there.
            self.index.add(snapshot.knowledge_base, sorted(planned.added))
            done = self._commit(snapshot, by)
            self.index.sweep(snapshot.knowledge_base, sorted(done.diff.removed))
        return done

    def _commit(self, snapshot: Snapshot, by: str) -> RolledBack:
        now = self.clock()
        base = snapshot.knowledge_base
        with self.database.write() as connection:
            # What was deleted since it was planned comes back too, and still is in the indexes:
            # nothing leaves them while `changing` is held.
            hold(connection, base)
            done = _to(connection, require_snapshot(connection, snapshot.id))
            if done.is_empty:
                return RolledBack(done.from_revision, done, ())
            name = f"Before going back to {snapshot.name}"[:NAME_LENGTH]
            self.snapshots.take_within(connection, base, "rollback", name, by)
            reason = f"Back to {snapshot.name}, revision {snapshot.revision}"
            number = restore(connection, base, snapshot.revision, reason=reason, now=now)
            follow(connection, done.documents, now)
            paused = pause_sources(connection, (change.document for change in done.documents))
            point_at_visible(connection, base)
        return RolledBack(number, done, tuple(paused))


def _to(connection: Connection, snapshot: Snapshot) -> Diff:
    base = snapshot.knowledge_base
    return diff(connection, base, live_revision(connection, base), snapshot.revision)
