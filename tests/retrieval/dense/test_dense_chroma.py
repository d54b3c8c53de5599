import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.dense.chroma import BATCH, ChromaIndexes
from retrieval.dense.memory import MemoryIndex
from retrieval.errors import Conflict, Unavailable
from retrieval.ports import EmbedderIdentity
from retrieval.types import ChunkId, KnowledgeBaseId, Vector

HR = KnowledgeBaseId("hr")
E5 = EmbedderIdentity("e5", "1", "mean", "bfloat16", "query: ", "passage: ", 8)

OPENS_THE_INDEX = """
import sys
from pathlib import Path
from retrieval.dense.chroma import ChromaIndexes
indexes = ChromaIndexes(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def unit_vectors(count: int, seed: int = 0) -> Vector:
    drawn = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def chunk_ids(count: int) -> list[ChunkId]:
    return [ChunkId(f"c{n}") for n in range(count)]


def test_what_was_added_is_there_after_a_restart(tmp_path: Path) -> None:
    indexes = ChromaIndexes(tmp_path)
    indexes.open(HR, E5).add(chunk_ids(10), unit_vectors(10))
    indexes.close()
    reopened = ChromaIndexes(tmp_path)
    assert reopened.open(HR, E5).search(unit_vectors(10)[4], 1)[0].chunk == "c4"
    reopened.close()


def test_a_second_user_of_the_folder_is_refused_at_once(tmp_path: Path) -> None:
    first = ChromaIndexes(tmp_path)
    with pytest.raises(Conflict, match="Another Colophon process"):
        ChromaIndexes(tmp_path)
    first.close()
    first.close()
    ChromaIndexes(tmp_path).close()


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPENS_THE_INDEX, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(Conflict, match=f"number {other.pid}"):
            ChromaIndexes(tmp_path)
        other.kill()
    ChromaIndexes(tmp_path).close()


def test_more_than_one_batch_is_added_and_removed(chroma_indexes: ChromaIndexes) -> None:
    index = chroma_indexes.open(HR, E5)
    ids = chunk_ids(BATCH + 700)
    index.add(ids, unit_vectors(len(ids)))
    assert index.ids() == set(ids)
    index.remove(ids[:-5])
    assert index.ids() == set(ids[-5:])


def test_the_nearest_are_those_of_brute_force(chroma_indexes: ChromaIndexes) -> None:
    approximate, exact = chroma_indexes.open(HR, E5), MemoryIndex()
    ids, vectors = chunk_ids(3_000), unit_vectors(3_000)
    for index in (approximate, exact):
        index.add(ids, vectors)
    shared = [
        {hit.chunk for hit in approximate.search(question, 50)}
        & {hit.chunk for hit in exact.search(question, 50)}
        for question in unit_vectors(20, seed=1)
    ]
    assert np.mean([len(both) for both in shared]) >= 0.98 * 50


def test_what_is_left_after_many_removals_is_still_found(chroma_indexes: ChromaIndexes) -> None:
    index = chroma_indexes.open(HR, E5)
    ids = chunk_ids(2_000)
    index.add(ids, unit_vectors(2_000))
    index.remove(ids[100:])
    assert len(index.search(unit_vectors(1, seed=1)[0], 100)) == 100


def test_a_vector_of_another_length_is_refused_in_a_sentence(
    chroma_indexes: ChromaIndexes,
) -> None:
    index = chroma_indexes.open(HR, E5)
    index.add(chunk_ids(1), unit_vectors(1))
    with pytest.raises(Unavailable, match="does not answer"):
        index.search(np.ones(3, dtype=np.float32), 1)


def test_a_handle_of_a_dropped_knowledge_base_says_so(chroma_indexes: ChromaIndexes) -> None:
    index = chroma_indexes.open(HR, E5)
    index.add(chunk_ids(1), unit_vectors(1))
    chroma_indexes.drop(HR)
    with pytest.raises(Unavailable, match="just removed"):
        index.search(unit_vectors(1)[0], 1)


def test_a_knowledge_base_whose_name_begins_alike_is_not_dropped(
    chroma_indexes: ChromaIndexes,
) -> None:
    longer = KnowledgeBaseId("hr-archive")
    chroma_indexes.open(longer, E5).add(chunk_ids(1), unit_vectors(1))
    chroma_indexes.drop(HR)
    assert chroma_indexes.open(longer, E5).ids() == {"c0"}
