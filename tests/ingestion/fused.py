"""The stores, whose every call that changes something may be the last of the process."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.engine import Connection

from ingestion.blobs import Blobs, StoredBlob
from retrieval.dense.chroma import ChromaIndexes
from retrieval.lexical.tantivy import TantivyIndexes
from retrieval.ports import EmbedderIdentity, LexicalEntry
from retrieval.store.database import Database
from retrieval.types import ChunkId, KnowledgeBaseId, Vector
from tests.ingestion.rebuilding import Fuse


@dataclass(frozen=True)
class FusedDatabase(Database):
    """May die before a transaction, in its middle, or after it."""

    fuse: Fuse = field(default_factory=Fuse)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self.fuse.passes()
        with super().write() as connection:
            yield connection
            self.fuse.passes()
        self.fuse.passes()


@dataclass(frozen=True)
class FusedBlobs(Blobs):
    fuse: Fuse = field(default_factory=Fuse)

    def put(
        self, content: BinaryIO, *, max_bytes: int, check: Callable[[Path], object] = Path.stat
    ) -> StoredBlob:
        self.fuse.passes()
        stored = super().put(content, max_bytes=max_bytes, check=check)
        self.fuse.passes()
        return stored

    def remove(self, sha256: str) -> None:
        self.fuse.guard(super().remove)(sha256)


class FusedIndex:
    """Either kind of index; what changes it passes the fuse."""

    def __init__(self, index: object, fuse: Fuse) -> None:
        self.search, self.ids = index.search, index.ids  # type: ignore[attr-defined]
        self.add = fuse.guard(index.add)  # type: ignore[attr-defined]
        self.remove = fuse.guard(index.remove)  # type: ignore[attr-defined]


class FusedWords(TantivyIndexes):
    def __init__(self, root: Path, fuse: Fuse) -> None:
        super().__init__(root)
        object.__setattr__(self, "fuse", fuse)

    def open(self, knowledge_base: KnowledgeBaseId) -> FusedIndex:  # type: ignore[override]
        return FusedIndex(TantivyIndexes.open(self, knowledge_base), self.fuse)

    def rewrite(self, knowledge_base: KnowledgeBaseId, entries: Iterable[LexicalEntry]) -> None:
        opened = TantivyIndexes.open(self, knowledge_base)
        self.fuse.guard(opened.rewrite)(entries)


class FusedVectors(ChromaIndexes):
    def __init__(self, root: Path, fuse: Fuse) -> None:
        super().__init__(root)
        self.fuse = fuse

    def open(  # type: ignore[override]
        self, knowledge_base: KnowledgeBaseId, embedder: EmbedderIdentity
    ) -> FusedIndex:
        return FusedIndex(super().open(knowledge_base, embedder), self.fuse)

    def rewrite(
        self,
        knowledge_base: KnowledgeBaseId,
        embedder: EmbedderIdentity,
        batches: Iterable[tuple[Sequence[ChunkId], Vector]],
    ) -> None:
        self.fuse.guard(super().rewrite)(knowledge_base, embedder, batches)
