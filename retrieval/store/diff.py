"""What going from one revision to another does, in documents and in chunks."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.engine import Connection

from retrieval.store.history import Shown, ids_at, require_revision, versions_at
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """`before` and `after`: what the two revisions show of it; None where it is not there."""

    document: DocumentId
    before: Shown | None
    after: Shown | None

    @property
    def change(self) -> Change:
        if self.before is None:
            return Change.ADDED
        return Change.REMOVED if self.after is None else Change.CHANGED

    @property
    def title(self) -> str:
        shown = self.after or self.before
        return shown.title if shown else ""


@dataclass(frozen=True, slots=True)
class Diff:
    from_revision: int
    to_revision: int
    documents: tuple[DocumentChange, ...]  # by title
    added: frozenset[ChunkId]
    removed: frozenset[ChunkId]

    @property
    def is_empty(self) -> bool:
        return not (self.documents or self.added or self.removed)


def diff(
    connection: Connection, knowledge_base: KnowledgeBaseId, from_revision: int, to_revision: int
) -> Diff:
    """Raises: NotFound for the knowledge base, or for a revision that is not kept."""
    require_revision(connection, knowledge_base, from_revision)
    require_revision(connection, knowledge_base, to_revision)
    before = ids_at(connection, knowledge_base, from_revision)
    after = ids_at(connection, knowledge_base, to_revision)
    return Diff(
        from_revision,
        to_revision,
        _documents(
            versions_at(connection, knowledge_base, from_revision),
            versions_at(connection, knowledge_base, to_revision),
        ),
        added=after - before,
        removed=before - after,
    )


def _documents(
    before: dict[DocumentId, Shown], after: dict[DocumentId, Shown]
) -> tuple[DocumentChange, ...]:
    changes = [
        DocumentChange(document, before.get(document), after.get(document))
        for document in before.keys() | after.keys()
        if _version(before.get(document)) != _version(after.get(document))
    ]
    return tuple(sorted(changes, key=lambda each: (each.title.casefold(), each.document)))


def _version(shown: Shown | None) -> str | None:
    return shown.version if shown else None
