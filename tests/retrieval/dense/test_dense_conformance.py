"""One suite for every vector index."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.dense.chroma import ChromaIndexes
from retrieval.dense.memory import MemoryIndexes
from retrieval.ports import EmbedderIdentity, VectorIndex, VectorIndexes
from retrieval.types import ChunkId, KnowledgeBaseId, Vector

HR = KnowledgeBaseId("0199b2c4d6e8f0a1b2c3d4e5f6071829")
BOARD = KnowledgeBaseId("board")
E5 = EmbedderIdentity("e5", "1", "mean", "bfloat16", "query: ", "passage: ", 16)
BGE = replace(E5, model="bge-m3", dimension=24)


def unit_vectors(count: int, dimension: int = 16, seed: int = 0) -> Vector:
    drawn = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def chunk_ids(count: int) -> list[ChunkId]:
    return [ChunkId(f"c{n}") for n in range(count)]


@pytest.fixture(params=["chroma", "memory"])
def indexes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndexes]:
    if request.param == "memory":
        yield MemoryIndexes()
        return
    chroma = ChromaIndexes(tmp_path)
    yield chroma
    chroma.close()


@pytest.fixture
def index(indexes: VectorIndexes) -> VectorIndex:
    index = indexes.open(HR, E5)
    index.add(chunk_ids(40), unit_vectors(40))
    return index


def test_the_nearest_come_first_with_their_cosine(index: VectorIndex) -> None:
    vectors = unit_vectors(40)
    question = unit_vectors(1, seed=7)[0]
    cosines = vectors @ question
    hits = index.search(question, 5)
    assert [hit.chunk for hit in hits] == [f"c{n}" for n in np.argsort(-cosines)[:5]]
    assert [hit.score for hit in hits] == pytest.approx(np.sort(cosines)[::-1][:5], abs=1e-5)


def test_asking_for_more_than_there_is_gives_all(index: VectorIndex) -> None:
    assert len(index.search(unit_vectors(1, seed=7)[0], 100)) == 40


def test_a_limit_of_nothing_gives_nothing(index: VectorIndex) -> None:
    assert index.search(unit_vectors(1)[0], 0) == []


def test_a_removed_vector_is_not_found(index: VectorIndex) -> None:
    index.remove([ChunkId("c3"), ChunkId("never there")])
    assert index.ids() == set(chunk_ids(40)) - {"c3"}
    assert "c3" not in {hit.chunk for hit in index.search(unit_vectors(40)[3], 40)}


def test_a_removed_vector_can_come_back(index: VectorIndex) -> None:
    index.remove([ChunkId("c3")])
    index.add([ChunkId("c3")], unit_vectors(40)[3:4])
    assert index.search(unit_vectors(40)[3], 1)[0].chunk == "c3"


def test_adding_the_same_again_makes_no_double(index: VectorIndex) -> None:
    vectors = unit_vectors(40)
    index.add(chunk_ids(40), vectors)
    index.add([ChunkId("c0"), ChunkId("c0")], vectors[[0, 0]])
    assert index.ids() == set(chunk_ids(40))
    found = [hit.chunk for hit in index.search(vectors[0], 40)]
    assert len(found) == len(set(found)) == 40


def test_an_empty_index_finds_nothing(indexes: VectorIndexes) -> None:
    index = indexes.open(HR, E5)
    assert index.search(unit_vectors(1)[0], 5) == []
    assert index.ids() == frozenset()
    index.add([], np.zeros((0, 16), dtype=np.float32))
    index.remove([])
    assert index.ids() == frozenset()


def test_opening_again_gives_the_same_content(indexes: VectorIndexes, index: VectorIndex) -> None:
    assert indexes.open(HR, E5).ids() == index.ids()


def test_embedders_and_knowledge_bases_do_not_see_each_other(
    indexes: VectorIndexes, index: VectorIndex
) -> None:
    other = indexes.open(HR, BGE)
    other.add([ChunkId("c0")], unit_vectors(1, dimension=24))
    assert other.ids() == {"c0"}
    assert len(index.ids()) == 40
    assert indexes.open(BOARD, E5).ids() == frozenset()


def test_a_dropped_knowledge_base_starts_empty_for_every_embedder(
    indexes: VectorIndexes, index: VectorIndex
) -> None:
    indexes.open(HR, BGE).add([ChunkId("c0")], unit_vectors(1, dimension=24))
    indexes.open(BOARD, E5).add([ChunkId("b")], unit_vectors(1))
    indexes.drop(HR)
    assert indexes.open(HR, E5).ids() == indexes.open(HR, BGE).ids() == frozenset()
    assert indexes.open(BOARD, E5).ids() == {"b"}
    indexes.drop(HR)
    indexes.drop(KnowledgeBaseId("neverthere"))
