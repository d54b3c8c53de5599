"""What others do at the very moment at which the indexes are changed."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

from retrieval.ports import LexicalEntry, LexicalIndex, StoredLexicalIndexes
from retrieval.types import ChunkId, KnowledgeBaseId
from tests.ingestion.shelf import Shelf

PATIENCE = 20.0  # seconds that a deed may take which must not wait


def beside(deed: Callable[[], object]) -> Callable[[], object]:
    """Begun by another thread, as another request is; what is returned waits for its end.

    That raises what the deed raises, and TimeoutError when it does not end.
    """
    other = ThreadPoolExecutor(1)
    begun = other.submit(deed)
    other.shutdown(wait=False)
    return partial(begun.result, PATIENCE)


@dataclass(frozen=True)
class WatchedWords:
    """Keyword indexes in whose midst another thread does what is planned."""

    indexes: StoredLexicalIndexes
    planned: list[Callable[[], object]] = field(default_factory=list)

    def open(self, knowledge_base: KnowledgeBaseId) -> LexicalIndex:
        return _WatchedIndex(self.indexes.open(knowledge_base), self.happens)

    def rewrite(self, knowledge_base: KnowledgeBaseId, entries: Iterable[LexicalEntry]) -> None:
        self.indexes.rewrite(knowledge_base, entries)

    def drop(self, knowledge_base: KnowledgeBaseId) -> None:
        self.indexes.drop(knowledge_base)

    def happens(self) -> None:
        while self.planned:
            beside(self.planned.pop(0))()


class _WatchedIndex:
    def __init__(self, index: LexicalIndex, happens: Callable[[], None]) -> None:
        self.index, self.happens = index, happens
        self.search, self.remove = index.search, index.remove

    def add(self, entries: Sequence[LexicalEntry]) -> None:
        self.index.add(entries)
        self.happens()

    def ids(self) -> frozenset[ChunkId]:
        self.happens()
        return self.index.ids()


def watched(shelf: Shelf) -> list[Callable[[], object]]:
    """What the test puts here is done as soon as the indexes are added to or looked through."""
    words = WatchedWords(shelf.index.lexical)
    shelf.index = replace(shelf.index, lexical=words)
    shelf.pipeline = replace(shelf.pipeline, index=shelf.index)
    shelf.removal = replace(shelf.removal, index=shelf.index)
    return words.planned
