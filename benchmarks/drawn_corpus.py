"""A drawn knowledge base of any size, written to SQL as ingestion would leave it.

Documents of ten chunks, in topics; as in life, all texts are somewhat alike (cosine about 0.5),
those of a topic more, those of a document most, and words follow Zipf's law. Sources hold half of
the documents, 45 %, 4.9 % and 0.1 %: withholding them in turn leaves the shares of interest.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Table, insert

from retrieval.ports import EmbedderIdentity
from retrieval.store.database import Database
from retrieval.store.vectors import VectorStore
from retrieval.tables import (
    chunks,
    documents,
    knowledge_bases,
    metadata,
    revisions,
    sources,
    versions,
    visibility,
)
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId, Vector

BASE = KnowledgeBaseId("base")
DIMENSION = 384
IDENTITY = EmbedderIdentity("drawn", "1", "mean", "float32", "", "", DIMENSION)
EACH = 10  # chunks of a document
TOPICS = 100
VOCABULARY = 30_000
LENGTH = 110  # words of a chunk
ASKED = 8  # words of a question
NOW = datetime(2026, 11, 22, tzinfo=UTC)
BATCH = 2_000

# Share of the documents that is left when the sources named before are withheld as well.
SOURCES = {"half": 0.5, "most of the rest": 0.05, "nearly all": 0.001, "the rest": 0.0}


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    vector: Vector


@dataclass(frozen=True, slots=True)
class DrawnCorpus:
    vectors: Vector  # unit length, (chunks, DIMENSION), those of a document one after the other
    words: NDArray[np.int32]  # (chunks, LENGTH)
    source_of: NDArray[np.int8]  # by document

    @classmethod
    def of(cls, size: int, seed: int = 0) -> "DrawnCorpus":
        """`size` in chunks."""
        drawn = np.random.default_rng(seed)
        count = size // EACH
        topic = drawn.integers(0, TOPICS, count)
        vectors = np.repeat(_normal(drawn, TOPICS)[topic] + _normal(drawn, count), EACH, axis=0)
        vectors += _normal(drawn, size) + 1.7 * _normal(drawn, 1)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        order = drawn.permutation(VOCABULARY)
        words = np.minimum(drawn.zipf(1.15, (size, LENGTH)) - 1, VOCABULARY - 1)
        # A third of a chunk's words are those of its topic: each topic has its own frequent ones.
        shift = np.repeat(topic, EACH)[:, None] * 100 * (drawn.random((size, LENGTH)) < 1 / 3)
        lefts = np.array([*SOURCES.values()]) * count
        places = drawn.permutation(count)
        source_of = np.argmax(places[:, None] >= np.ceil(lefts)[None, :], axis=1)
        return cls(vectors, order[(words + shift) % VOCABULARY], source_of.astype(np.int8))

    @property
    def documents(self) -> list[DocumentId]:
        return [DocumentId(_id("document", n)) for n in range(len(self.source_of))]

    def chunk(self, number: int) -> ChunkId:
        return ChunkId(_id("chunk", number))

    def withheld(self, share: float) -> frozenset[str]:
        """The sources to withhold so that this share of the documents is left; 1: none."""
        lefts = list(SOURCES.values())
        return (
            frozenset(f"s{n}" for n in range(lefts.index(share) + 1)) if share < 1 else frozenset()
        )

    def left(self, share: float) -> NDArray[np.bool_]:
        """By chunk, whether it is of that share."""
        count = len(self.withheld(share))
        return np.repeat(self.source_of >= count, EACH)

    def questions(self, count: int, seed: int = 1) -> list[Question]:
        """Near to a chunk each, in words and in meaning."""
        drawn = np.random.default_rng(seed)
        asked = []
        for number in drawn.integers(0, len(self.vectors), count):
            vector = self.vectors[number] + 0.03 * _normal(drawn, 1)[0]
            words = drawn.choice(self.words[number], ASKED)
            unit = (vector / np.linalg.norm(vector)).astype(np.float32)
            asked.append(Question(_text(words), unit))
        return asked

    def store(self, database: Database) -> None:
        """As the only knowledge base; its indexes are filled by `Index.sync`."""
        metadata.create_all(database.engine)
        base = {"id": BASE, "name": "Base", "live_revision": 1, "embedder": IDENTITY.key}
        _insert(database, knowledge_bases, [base | {"chunker": "drawn", "created_at": NOW}])
        first = {"number": 1, "reason": "drawn", "created_at": NOW, "knowledge_base_id": BASE}
        _insert(database, revisions, [first])
        _insert(
            database,
            sources,
            (
                {"id": f"s{n}", "knowledge_base_id": BASE, "kind": "folder", "location": name}
                | {"restricted": True, "created_at": NOW}
                for n, name in enumerate(SOURCES)
            ),
        )
        _insert(database, documents, (self._document(n) for n in range(len(self.source_of))))
        _insert(database, versions, (_version(n) for n in range(len(self.source_of))))
        _insert(database, chunks, (self._chunk(n) for n in range(len(self.vectors))))
        shown = {"born": 1, "knowledge_base_id": BASE}
        _insert(
            database,
            visibility,
            ({"chunk_id": self.chunk(n)} | shown for n in range(len(self.vectors))),
        )
        store = VectorStore(database)
        for start in range(0, len(self.vectors), BATCH):
            part = self.vectors[start : start + BATCH]
            store.save(IDENTITY.key, {_id("text", start + n): v for n, v in enumerate(part)})

    def _document(self, number: int) -> dict[str, Any]:
        return {
            "id": _id("document", number),
            "knowledge_base_id": BASE,
            "source_id": f"s{self.source_of[number]}",
            "key": f"{number}.md",
            "title": f"Document {number}",
            "state": "searchable",
            "live_version_id": _id("version", number),
            "created_at": NOW,
            "updated_at": NOW,
        }

    def _chunk(self, number: int) -> dict[str, Any]:
        return {
            "id": self.chunk(number),
            "knowledge_base_id": BASE,
            "document_id": _id("document", number // EACH),
            "version_id": _id("version", number // EACH),
            "ordinal": number % EACH,
            "text": _text(self.words[number]),
            "context": "",
            "headings": [],
            "first_block": number % EACH,
            "last_block": number % EACH,
            "embedded_sha256": _id("text", number),
            "chunker": "drawn",
        }


def _version(number: int) -> dict[str, Any]:
    return {
        "id": _id("version", number),
        "document_id": _id("document", number),
        "number": 1,
        "filename": f"{number}.md",
        "media_type": "text/markdown",
        "size": 1,
        "blob": _id("blob", number),
        "title": f"Document {number}",
        "language": "en",
        "created_at": NOW,
    }


def _insert(database: Database, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    for batch in _batches(rows):
        with database.write() as connection:
            connection.execute(insert(table), batch)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _normal(drawn: np.random.Generator, count: int) -> Vector:
    return drawn.standard_normal((count, DIMENSION), dtype=np.float32)


def _text(words: NDArray[np.int32]) -> str:
    return " ".join(f"w{word}" for word in words)


def _id(kind: str, number: int) -> str:
    """As random as ids are."""
    return hashlib.sha256(f"{kind} {number}".encode()).hexdigest()[:32]
