"""What retrieval needs from others. Fakes pass the same conformance suite as the real ones."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal, Protocol

from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId, Vector


@dataclass(frozen=True, slots=True)
class EmbedderIdentity:
    """Everything that decides a vector's value. Two equal identities give comparable vectors.

    Stored with each vector; the key is part of a collection's name.
    """

    model: str
    revision: str
    pooling: str  # "mean" | "cls"
    dtype: str
    query_prefix: str  # "query: " for E5, "" for BGE-M3
    passage_prefix: str
    dimension: int

    @property
    def key(self) -> str:
        parts = (self.model, self.revision, self.pooling, self.dtype)
        return "|".join((*parts, self.query_prefix, self.passage_prefix, str(self.dimension)))

    @classmethod
    def from_key(cls, key: str) -> "EmbedderIdentity":
        """The identity whose key this is: SQL keeps keys only."""
        model, revision, pooling, dtype, query, passage, dimension = key.rsplit("|", 6)
        return cls(model, revision, pooling, dtype, query, passage, int(dimension))


class Embedder(Protocol):
    @property
    def identity(self) -> EmbedderIdentity: ...

    def embed_question(self, question: str) -> Vector:
        """Unit vector (dim,) float32. Raises: Unavailable when the engine is down or loading."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        """Unit vectors (len(texts), dim) float32, in input order.

        Raises: Unavailable, Overloaded.
        """
        ...


class Embedders(Protocol):
    def of(self, key: str) -> Embedder | None:
        """The one with that identity (`EmbedderIdentity.key`); None when none such runs here."""
        ...


class Reranker(Protocol):
    def score(self, question: str, texts: Sequence[str]) -> Vector:
        """Relevance (len(texts),) float32, in input order; higher is better.

        Raises: Unavailable.
        """
        ...


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


class Permit(Protocol):
    """Whether somebody else's machine may read a question with its sources."""

    def take(self, model: str, reason: str) -> bool:
        """Asked at the moment at which they would leave; when they may, that is written down."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a model writes."""

    tokens: int  # for reasoning and answer together
    thinking: int | None = None  # of these, for reasoning; None: as many as it likes
    asker: str = ""  # pseudonym: shares are equal between askers
    permit: Permit | None = None  # None: no machine of somebody else may read it


@dataclass(frozen=True, slots=True)
class Queue:
    """A place in the queue of a model."""

    ahead: int  # requests that are before it
    seconds: float  # that it will probably wait


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a generation, or before the first piece the place in the queue: one of the three
    is there. `model`: that makes it, where that is not the generator's own."""

    content: str = ""
    reasoning: str = ""
    queue: Queue | None = None
    model: str = ""


class Generator(Protocol):
    @property
    def model(self) -> str: ...

    def stream(self, messages: Sequence[Message], terms: Terms) -> AsyncGenerator[Delta, None]:
        """Deltas as they are made. Closing it cancels the generation.

        Raises: Unavailable when the engine is down or loading, Overloaded when its queue is full.
        """
        ...


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """`text` is what is indexed; title and headings weigh on their own."""

    chunk: ChunkId
    text: str
    title: str
    headings: str
    document: DocumentId


@dataclass(frozen=True, slots=True)
class Hit:
    chunk: ChunkId
    score: float  # BM25 or cosine; comparable within one ranking only


@dataclass(frozen=True, slots=True)
class Spread:
    """In how many of how many entries the words of a question stand: how rare they are."""

    entries: int
    having: Mapping[str, int]  # by the index's own keys, the same in every index of a kind


class LexicalSearch(Protocol):
    def search(
        self,
        question: str,
        limit: int,
        within: Set[DocumentId] | None = None,
        everywhere: Spread | None = None,
    ) -> list[Hit]:
        """Best first, only entries that share a term with the question; score is BM25.

        `within`: of these documents alone, none missed; None: of all. `everywhere`: of all indexes
        that are asked together, so that their scores compare; None: this one is asked alone.
        """
        ...

    def spread(self, question: str) -> Spread:
        """Of the question's words in this index."""
        ...


class LexicalIndex(LexicalSearch, Protocol):
    """One per knowledge base. Never reuses an id for another text: add new, remove old."""

    def add(self, entries: Sequence[LexicalEntry]) -> None: ...

    def remove(self, chunks: Sequence[ChunkId]) -> None: ...

    def ids(self) -> frozenset[ChunkId]: ...


class VectorSearch(Protocol):
    def search(self, vector: Vector, limit: int) -> list[Hit]:
        """Best first; score is the cosine."""
        ...


class VectorIndex(VectorSearch, Protocol):
    """One per knowledge base and embedder. Never reuses an id for another vector."""

    def add(self, chunks: Sequence[ChunkId], vectors: Vector) -> None: ...

    def remove(self, chunks: Sequence[ChunkId]) -> None: ...

    def ids(self) -> frozenset[ChunkId]: ...


class LexicalIndexes(Protocol):
    def open(self, knowledge_base: KnowledgeBaseId) -> LexicalIndex: ...

    def drop(self, knowledge_base: KnowledgeBaseId) -> None: ...


class VectorIndexes(Protocol):
    def open(self, knowledge_base: KnowledgeBaseId, embedder: EmbedderIdentity) -> VectorIndex: ...

    def drop(self, knowledge_base: KnowledgeBaseId) -> None:
        """Of every embedder."""
        ...

    def drop_others(self, knowledge_base: KnowledgeBaseId, keep: EmbedderIdentity) -> None:
        """Of every embedder but this one."""
        ...


class StoredLexicalIndexes(LexicalIndexes, Protocol):
    def rewrite(self, knowledge_base: KnowledgeBaseId, entries: Iterable[LexicalEntry]) -> None:
        """These alone, in one step; nothing of what was removed stays in the files."""
        ...


class StoredVectorIndexes(VectorIndexes, Protocol):
    def rewrite(
        self,
        knowledge_base: KnowledgeBaseId,
        embedder: EmbedderIdentity,
        batches: Iterable[tuple[Sequence[ChunkId], Vector]],
    ) -> None:
        """These alone, in one step; nothing of what was removed stays in the files."""
        ...
