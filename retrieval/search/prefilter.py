"""What a scope leaves is told to the indexes, so that they look nowhere else.

It saves time and misses nothing; what may be seen is decided by SQL alone, afterwards.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Protocol

from retrieval.ports import EmbedderIdentity, Hit
from retrieval.types import DocumentId, KnowledgeBaseId, Scope, Vector

Left = Mapping[KnowledgeBaseId, Set[DocumentId]]


class ScopedDocuments(Protocol):
    def left(self, scope: Scope, /) -> Left:
        """What the scope leaves of a knowledge base; one that is missing is searched whole."""
        ...


class NearestVectors(Protocol):
    def search(
        self,
        knowledge_base: KnowledgeBaseId,
        embedder: EmbedderIdentity,
        vector: Vector,
        limit: int,
        within: Set[DocumentId] | None,
    ) -> list[Hit] | None:
        """Of these documents (None: of all), best first, none missed.

        None where that cannot be said here and now: the index is to be asked instead.
        """
        ...

    def hold(self, knowledge_base: KnowledgeBaseId, embedder: EmbedderIdentity) -> None:
        """Gets ready for searches, which may take seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Prefilter:
    documents: ScopedDocuments
    nearest: NearestVectors
