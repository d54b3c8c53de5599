"""Snapshots as admins list them, and what going back to one does."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select

from app.shapes.history import DiffOut, DocumentChangeOut, SnapshotOut
from retrieval.errors import NotFound
from retrieval.history_tables import snapshots
from retrieval.store.database import Database
from retrieval.store.diff import Diff, DocumentChange
from retrieval.tables import chunks, knowledge_bases, visibility


@dataclass(frozen=True, slots=True)
class SnapshotsView:
    database: Database

    def of(self, knowledge_base: str) -> list[SnapshotOut]:
        """Newest first."""
        query = _snapshots().where(snapshots.c.knowledge_base_id == knowledge_base)
        newest = query.order_by(snapshots.c.created_at.desc(), snapshots.c.id)
        with self.database.read() as connection:
            return [_shown(row) for row in connection.execute(newest)]

    def get(self, snapshot: str) -> SnapshotOut:
        """Raises: NotFound."""
        with self.database.read() as connection:
            row = connection.execute(_snapshots().where(snapshots.c.id == snapshot)).one_or_none()
        if row is None:
            raise NotFound("There is no such snapshot.")
        return _shown(row)


def diff_out(diff: Diff) -> DiffOut:
    return DiffOut(
        from_revision=diff.from_revision,
        to_revision=diff.to_revision,
        documents=[_change_out(change) for change in diff.documents],
        chunks_added=len(diff.added),
        chunks_removed=len(diff.removed),
    )


def _change_out(change: DocumentChange) -> DocumentChangeOut:
    return DocumentChangeOut(
        document_id=change.document,
        title=change.title,
        change=change.change.value,
        from_version=change.before.number if change.before else None,
        to_version=change.after.number if change.after else None,
    )


def _snapshots() -> Select[Any]:
    """With the number of documents that its revision shows."""
    counted = (
        select(func.count(chunks.c.document_id.distinct()))
        .join(visibility, visibility.c.chunk_id == chunks.c.id)
        .where(
            visibility.c.knowledge_base_id == snapshots.c.knowledge_base_id,
            visibility.c.born <= snapshots.c.revision,
            visibility.c.died.is_(None) | (visibility.c.died > snapshots.c.revision),
        )
        .correlate(snapshots)
        .scalar_subquery()
    )
    live = knowledge_bases.c.live_revision == snapshots.c.revision
    return select(snapshots, counted.label("documents"), live.label("is_live")).join(
        knowledge_bases, knowledge_bases.c.id == snapshots.c.knowledge_base_id
    )


def _shown(row: Row[Any]) -> SnapshotOut:
    return SnapshotOut.model_validate(dict(row._mapping))
