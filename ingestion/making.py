"""Who makes the chunks and vectors of a knowledge base, for its live index or the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ingestion.chunking import Piece
from ingestion.embedding import MissingVectors
from retrieval.ports import Embedder
from retrieval.store.database import Database
from retrieval.store.live import BuiltWith, live_embedders
from retrieval.types import Block, KnowledgeBaseId


class Chunking(Protocol):
    @property
    def identity(self) -> str:
        """Raises: Unavailable while the embedder, whose tokens it counts, loads."""
        ...

    def chunk(self, title: str, blocks: Sequence[Block]) -> list[Piece]:
        """Pieces in reading order. Raises: Unavailable while the embedder loads."""
        ...


@dataclass(frozen=True, slots=True)
class Maker:
    """A chunker with the embedder whose tokens it counts."""

    chunker: Chunking
    vectors: MissingVectors

    @property
    def embedder(self) -> Embedder:
        return self.vectors.embedder

    def makes(self) -> BuiltWith:
        """Raises: Unavailable while the embedder loads."""
        return BuiltWith(self.embedder.identity.key, self.chunker.identity)


@dataclass(frozen=True, slots=True)
class Makers:
    """Of the embedder that the settings name, and of the one before while it is still needed."""

    database: Database
    current: Maker
    former: Maker | None = None

    def of(self, knowledge_base: KnowledgeBaseId) -> Maker:
        """Of the live index. Where its embedder does not run here, the current one: what that makes
        is found by keywords until the next index takes over, and is what that one needs.
        """
        key = live_embedders(self.database).get(knowledge_base)
        former = self.former
        return former if former and former.embedder.identity.key == key else self.current

    def embedder(self, key: str) -> Embedder | None:
        """The one with that identity, when it runs here."""
        makers = [self.current] if self.former is None else [self.current, self.former]
        return next((m.embedder for m in makers if m.embedder.identity.key == key), None)
