"""What the two indexes of a knowledge base lack and hold too much, against SQL."""

from dataclasses import dataclass

from retrieval.types import ChunkId


@dataclass(frozen=True, slots=True)
class Held:
    """What SQL shows, and what each of the two indexes holds."""

    visible: frozenset[ChunkId]
    lexical: frozenset[ChunkId]
    dense: frozenset[ChunkId]


@dataclass(frozen=True, slots=True)
class Difference:
    missing_lexical: frozenset[ChunkId]
    missing_dense: frozenset[ChunkId]
    dead_lexical: frozenset[ChunkId]
    dead_dense: frozenset[ChunkId]
    without_vector: frozenset[ChunkId]  # visible, but SQL holds no vector of this embedder

    @property
    def is_empty(self) -> bool:
        return not (
            self.missing_lexical
            or self.missing_dense
            or self.dead_lexical
            or self.dead_dense
            or self.without_vector
        )

    @classmethod
    def between(cls, held: Held, with_vector: frozenset[ChunkId]) -> "Difference":
        """`with_vector`: those of the visible ones that have a vector."""
        return cls(
            missing_lexical=held.visible - held.lexical,
            missing_dense=(held.visible & with_vector) - held.dense,
            dead_lexical=held.lexical - held.visible,
            dead_dense=held.dense - held.visible,
            without_vector=held.visible - with_vector,
        )
