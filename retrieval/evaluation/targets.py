"""What counts as found: a document, a file, or a page of it."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from retrieval.types import ChunkId, Passage

_PAGE = re.compile(r"(?P<file>.+)#p(?P<page>\d+)")


class Target(Protocol):
    def ranking(self, passages: Sequence[Passage], relevant: Mapping[str, int], /) -> list[str]:
        """Names in the order of the passages, to be compared with the relevant ones."""
        ...


@dataclass(frozen=True, slots=True)
class Documents:
    """A passage is found when its document is one of the relevant ones."""

    def ranking(self, passages: Sequence[Passage], _relevant: Mapping[str, int], /) -> list[str]:
        return _once(passage.chunk.document for passage in passages)


@dataclass(frozen=True, slots=True)
class Files:
    """The same by the name of the file, without its ending."""

    def ranking(self, passages: Sequence[Passage], _relevant: Mapping[str, int], /) -> list[str]:
        return _once(passage.filename.rpartition(".")[0] for passage in passages)


@dataclass(frozen=True, slots=True)
class Pages:
    """A relevant page ("handbook.pdf#p7") is found by the first passage that stands on it.

    Or at most `tolerance` pages from it. A passage that stands on no relevant page takes a place
    all the same, so recall@5 is that of the first five passages, or fewer when one finds several.
    """

    of_each: Mapping[ChunkId, Set[int]]  # pages that each stands on
    tolerance: int = 0

    def ranking(self, passages: Sequence[Passage], relevant: Mapping[str, int], /) -> list[str]:
        found: list[str] = []
        for passage in passages:
            near = [name for name in relevant if self._is_near(passage, name)]
            found.extend(near or [passage.chunk.id])
        return _once(found)

    def _is_near(self, passage: Passage, name: str) -> bool:
        wanted = _PAGE.fullmatch(name)
        if wanted is None or wanted["file"] != passage.filename:
            return False
        pages = self.of_each.get(passage.chunk.id, frozenset())
        return any(abs(page - int(wanted["page"])) <= self.tolerance for page in pages)


def names_pages(relevant: Iterable[str]) -> bool:
    return all(_PAGE.fullmatch(name) for name in relevant)


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
