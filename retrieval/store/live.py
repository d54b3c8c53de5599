"""What the live indexes of a knowledge base are built with: the pointer that a re-index moves."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from retrieval.ports import Embedder
from retrieval.store.database import Database
from retrieval.tables import chunks, knowledge_bases, visibility
from retrieval.types import KnowledgeBaseId


@dataclass(frozen=True, slots=True)
class BuiltWith:
    embedder: str  # EmbedderIdentity.key
    chunker: str  # Chunker.identity


@dataclass(frozen=True, slots=True)
class LiveEmbedders:
    """The embedder that the settings name, the one of before, and which of them is live where.

    A knowledge base that has no index yet is built with the current one.
    """

    database: Database
    current: Embedder
    former: Embedder | None = None

    def of(self, key: str) -> Embedder | None:
        for embedder in (self.current, self.former):
            if embedder is not None and embedder.identity.key == key:
                return embedder
        return None

    def of_each(
        self, knowledge_bases: Iterable[KnowledgeBaseId]
    ) -> dict[KnowledgeBaseId, Embedder | None]:
        """None where the live vectors are of an embedder that does not run here."""
        keys = live_embedders(self.database)
        return {
            name: self.of(keys[name]) if keys.get(name) else self.current
            for name in knowledge_bases
        }


def live_embedders(database: Database) -> dict[KnowledgeBaseId, str]:
    """The key of each knowledge base that has an index."""
    query = select(knowledge_bases.c.id, knowledge_bases.c.embedder).where(
        knowledge_bases.c.embedder.is_not(None)
    )
    with database.read() as connection:
        return {KnowledgeBaseId(row.id): row.embedder for row in connection.execute(query)}


def built_with(connection: Connection, knowledge_base: KnowledgeBaseId) -> BuiltWith | None:
    """None until its first commit, and when it does not exist."""
    query = select(knowledge_bases.c.embedder, knowledge_bases.c.chunker).where(
        knowledge_bases.c.id == knowledge_base, knowledge_bases.c.embedder.is_not(None)
    )
    row = connection.execute(query).one_or_none()
    return BuiltWith(row.embedder, row.chunker or "") if row is not None else None


def claim(connection: Connection, knowledge_base: KnowledgeBaseId, made: BuiltWith) -> None:
    """At the first commit, in its transaction; afterwards it changes nothing."""
    connection.execute(
        update(knowledge_bases)
        .where(knowledge_bases.c.id == knowledge_base, knowledge_bases.c.embedder.is_(None))
        .values(embedder=made.embedder, chunker=made.chunker)
    )


def point(connection: Connection, knowledge_base: KnowledgeBaseId, made: BuiltWith) -> None:
    """Moves the pointer, in the transaction that shows the other chunks."""
    connection.execute(
        update(knowledge_bases)
        .where(knowledge_bases.c.id == knowledge_base)
        .values(embedder=made.embedder, chunker=made.chunker)
    )


def point_at_visible(connection: Connection, knowledge_base: KnowledgeBaseId) -> None:
    """After a rollback, in its transaction: the pointer names the chunker of what is shown again.

    Where chunks of several are shown, it names one that is not the pointer's, so that the
    knowledge base counts as one that needs a re-index.
    """
    live = built_with(connection, knowledge_base)
    if live is None:
        return
    other = (
        select(chunks.c.chunker)
        .join(visibility, visibility.c.chunk_id == chunks.c.id)
        .where(
            visibility.c.knowledge_base_id == knowledge_base,
            visibility.c.died.is_(None),
            chunks.c.chunker != live.chunker,
        )
        .limit(1)
    )
    found: str | None = connection.scalar(other)
    if found is not None:
        point(connection, knowledge_base, BuiltWith(live.embedder, found))
