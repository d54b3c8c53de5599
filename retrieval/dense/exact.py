"""Vectors in memory by document: the exact nearest of all or only some of them, none missed.

Up to some hundred thousand vectors it takes no longer to compare them all than to walk through an
approximate index, which misses some, and most where only some documents are wanted: decision 0016.
"""

import threading
from collections.abc import Iterable, Sequence, Set

import numpy as np
from numpy.typing import NDArray

from retrieval.ports import Hit
from retrieval.types import ChunkId, DocumentId, Vector

BLOCK = 4096  # vectors that lie in one piece; memory that none is in yet is not taken
# Share of a block's vectors from which all are compared: to gather so many would take longer.
DENSE = 0.2
GONE = -1  # in place of the document's number


class ExactVectors:
    """Searches do not wait for changes, nor for each other."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._blocks: list[Vector] = []
        self._chunks: list[ChunkId] = []  # by row
        self._rows: dict[ChunkId, int] = {}
        self._numbers: dict[DocumentId, int] = {}
        self._documents: NDArray[np.int32] = np.empty(0, np.int32)  # by row; replaced, not changed
        self._changing = threading.Lock()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> int:
        """With those that only take room by now."""
        return len(self._chunks)

    @property
    def bytes(self) -> int:
        return sum(block.nbytes for block in self._blocks)

    def add(
        self, chunks: Sequence[ChunkId], documents: Sequence[DocumentId], vectors: Vector
    ) -> None:
        """`vectors` are unit length, (len(chunks), dimension) float32. Chunks that are there stay.

        Chunks of one document that are added together are found quickest.
        """
        with self._changing:
            fresh = [n for n, chunk in enumerate(chunks) if chunk not in self._rows]
            for n in fresh:
                row = len(self._chunks)
                if row % BLOCK == 0:
                    self._blocks.append(np.empty((BLOCK, self._dimension), np.float32))
                self._blocks[-1][row % BLOCK] = vectors[n]
                self._chunks.append(chunks[n])
                self._rows[chunks[n]] = row
            numbers = [self._numbers.setdefault(documents[n], len(self._numbers)) for n in fresh]
            self._documents = np.append(self._documents, np.array(numbers, np.int32))

    def remove(self, chunks: Iterable[ChunkId]) -> None:
        """Their room is not used again."""
        with self._changing:
            rows = [row for chunk in chunks if (row := self._rows.pop(chunk, None)) is not None]
            kept = self._documents.copy()
            kept[rows] = GONE
            self._documents = kept

    def __contains__(self, chunk: ChunkId) -> bool:
        return chunk in self._rows

    def search(self, vector: Vector, limit: int, within: Set[DocumentId] | None) -> list[Hit]:
        """Best first; score is the cosine. `within`: of these documents alone; None: of all."""
        rows = self._rows_of(within)
        if not len(rows) or limit < 1:
            return []
        cosines = self._cosines(vector, rows)
        best = np.arange(len(rows))
        if limit < len(rows):
            best = np.argpartition(-cosines, limit - 1)[:limit]
        best = best[np.argsort(-cosines[best], kind="stable")]
        return [Hit(self._chunks[rows[n]], float(cosines[n])) for n in best]

    def _rows_of(self, within: Set[DocumentId] | None) -> NDArray[np.intp]:
        documents = self._documents  # of one moment
        if within is None:
            return np.flatnonzero(documents != GONE)
        wanted = np.zeros(len(self._numbers) + 1, np.bool_)  # the last is that of `GONE`
        wanted[[n for name in within if (n := self._numbers.get(name)) is not None]] = True
        return np.flatnonzero(wanted[documents])

    def _cosines(self, vector: Vector, rows: NDArray[np.intp]) -> Vector:
        bounds = np.searchsorted(rows, np.arange(0, rows[-1] + BLOCK + 1, BLOCK))
        parts = []
        for block, start, end in zip(self._blocks, bounds, bounds[1:], strict=False):
            inside = rows[start:end] % BLOCK
            if end - start > DENSE * BLOCK:
                parts.append(_products(block, vector)[inside])
            elif end > start:
                parts.append(_products(block[inside], vector))
        found: Vector = np.concatenate(parts)
        return found


def _products(rows: Vector, vector: Vector) -> Vector:
    # Not `rows @ vector`: BLAS would share it out to threads that wait for each other, spinning;
    # on a busy machine that takes a second. This takes 5 ms of one core for 100,000 rows.
    found: Vector = np.einsum("ij,j->i", rows, vector)
    return found
