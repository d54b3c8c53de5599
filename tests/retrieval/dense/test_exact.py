"""What is held by document and block is searched as if all were compared, one by one."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.dense import exact
from retrieval.dense.exact import ExactVectors
from retrieval.types import ChunkId, DocumentId, Vector

DIMENSION = 6


def unit_vectors(count: int, seed: int = 0) -> Vector:
    drawn = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def chunk_ids(numbers: Iterable[int]) -> list[ChunkId]:
    return [ChunkId(f"c{number}") for number in numbers]


def document_of(number: int) -> DocumentId:
    return DocumentId(f"d{number % 7}")


def filled(vectors: Vector) -> ExactVectors:
    held = ExactVectors(DIMENSION)
    numbers = range(len(vectors))
    held.add(chunk_ids(numbers), [document_of(n) for n in numbers], vectors)
    return held


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(0, 60),
    gone=st.sets(st.integers(0, 59)),
    wanted=st.sets(st.integers(0, 8)),
    limit=st.integers(0, 70),
)
def test_the_nearest_of_the_wanted_documents_are_found_in_order(
    count: int, gone: set[int], wanted: set[int], limit: int
) -> None:
    vectors, question = unit_vectors(count), unit_vectors(1, seed=9)[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "BLOCK", 8)
        held = filled(vectors)
        held.remove(chunk_ids(gone))
        hits = held.search(question, limit, {DocumentId(f"d{n}") for n in wanted})
    inside = [n for n in range(count) if n not in gone and n % 7 in wanted]
    best = sorted(inside, key=lambda n: -float(vectors[n] @ question))[:limit]
    assert [hit.chunk for hit in hits] == chunk_ids(best)
    assert [hit.score for hit in hits] == pytest.approx(
        [float(vectors[n] @ question) for n in best], abs=1e-5
    )


def test_what_is_there_stays_and_what_was_removed_can_come_back() -> None:
    vectors = unit_vectors(3)
    held = filled(vectors)
    held.add(chunk_ids([1]), [document_of(1)], vectors[:1])
    held.remove(chunk_ids([2, 77]))
    assert len(held) == 2
    held.add(chunk_ids([2]), [document_of(2)], vectors[2:])
    [first] = held.search(vectors[2], 1, {document_of(2)})
    assert (first.chunk, len(held), held.rows) == ("c2", 3, 4)
    assert held.search(vectors[1], 1, {document_of(1)})[0].score == pytest.approx(1.0, abs=1e-5)


def test_more_than_a_block_is_searched_to_its_end() -> None:
    vectors = unit_vectors(exact.BLOCK + 5)
    held = filled(vectors)
    for number in (0, exact.BLOCK - 1, exact.BLOCK, exact.BLOCK + 4):
        every = {DocumentId(f"d{n}") for n in range(7)}
        for within in (every, {document_of(number)}):
            assert held.search(vectors[number], 1, within)[0].chunk == f"c{number}"
