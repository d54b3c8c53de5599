"""A data set in indexes of its own, in a temporary folder, as the server would index it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from retrieval.dense.chroma import ChromaIndexes
from retrieval.evaluation.datasets import DatasetDocument
from retrieval.lexical.tantivy import TantivyIndexes
from retrieval.ports import Embedder, LexicalEntry
from retrieval.types import (
    Chunk,
    ChunkId,
    DocumentId,
    KnowledgeBaseId,
    Passage,
    Scope,
    Scores,
    VersionId,
)

KNOWLEDGE_BASE = KnowledgeBaseId("evaluation")
EVERYTHING = Scope(frozenset({KNOWLEDGE_BASE}))
EMBEDDED_AT_ONCE = 64

Progress = Callable[[str, int, int], None]  # what, done, total


def silent(what: str, done: int, total: int) -> None:
    """For callers that do not watch."""


@dataclass(frozen=True, slots=True)
class DatasetCorpus:
    """Everything is visible: there is no SQL behind a data set."""

    passages: dict[ChunkId, Passage]

    @classmethod
    def of(cls, documents: Iterable[DatasetDocument]) -> "DatasetCorpus":
        return cls({ChunkId(document.id): _as_passage(document) for document in documents})

    def visible(self, chunk_ids: Sequence[ChunkId], scope: Scope) -> dict[ChunkId, Passage]:
        found = {chunk: self.passages[chunk] for chunk in chunk_ids}
        readable = scope.knowledge_bases
        return {c: p for c, p in found.items() if p.chunk.knowledge_base in readable}


@dataclass(frozen=True, slots=True)
class Indexed:
    corpus: DatasetCorpus
    lexical: TantivyIndexes
    vectors: ChromaIndexes


@contextmanager
def indexed(
    documents: Sequence[DatasetDocument], embedder: Embedder, progress: Progress = silent
) -> Iterator[Indexed]:
    """A document is one chunk. Raises: Unavailable when the embedder is down."""
    with (
        TemporaryDirectory(prefix="colophon-eval-") as folder,
        closing(TantivyIndexes(Path(folder) / "lexical")) as lexical,
        closing(ChromaIndexes(Path(folder) / "dense")) as vectors,
    ):
        _index_lexical(documents, lexical)
        _index_dense(documents, vectors, embedder, progress)
        yield Indexed(DatasetCorpus.of(documents), lexical, vectors)


def _as_passage(document: DatasetDocument) -> Passage:
    chunk = Chunk(
        id=ChunkId(document.id),
        knowledge_base=KNOWLEDGE_BASE,
        document=DocumentId(document.id),
        version=VersionId(document.id),
        ordinal=0,
        text=document.text,
        headings=(),
        page=None,
        first_block=0,
        last_block=0,
    )
    return Passage(chunk, document.title, document.id, 1, datetime.fromtimestamp(0, UTC), Scores())


def _index_lexical(documents: Sequence[DatasetDocument], indexes: TantivyIndexes) -> None:
    entries = [
        LexicalEntry(ChunkId(d.id), d.text, d.title, "", DocumentId(d.id)) for d in documents
    ]
    indexes.open(KNOWLEDGE_BASE).add(entries)


def _index_dense(
    documents: Sequence[DatasetDocument],
    indexes: ChromaIndexes,
    embedder: Embedder,
    progress: Progress,
) -> None:
    index = indexes.open(KNOWLEDGE_BASE, embedder.identity)
    for start in range(0, len(documents), EMBEDDED_AT_ONCE):
        batch = documents[start : start + EMBEDDED_AT_ONCE]
        texts = [f"{d.title}\n{d.text}".strip() for d in batch]
        index.add([ChunkId(d.id) for d in batch], embedder.embed_passages(texts))
        progress("embedding documents", start + len(batch), len(documents))
