"""No file of Chroma's holds memory that nobody cleared: it may be a purged passage's."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.dense.chroma import ChromaIndexes
from retrieval.dense.chroma_blanks import DATA, HEADER, HEADER_FIELDS, LENGTHS, Blanks
from retrieval.ports import EmbedderIdentity
from retrieval.types import ChunkId, KnowledgeBaseId, Vector

HR, LAW = KnowledgeBaseId("hr"), KnowledgeBaseId("law")
E5 = EmbedderIdentity("e5", "1", "mean", "bfloat16", "query: ", "passage: ", 8)
SECRET = b"0199b2c4d6e8f0a1b2c3d4e5f6071829"  # a purged chunk's id
DIRT = 0x5A
PERSISTED = 1_000  # elements, from which on Chroma writes an index's elements down


def unit_vectors(count: int) -> Vector:
    drawn = np.random.default_rng(0).normal(size=(count, 8)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def ids(count: int) -> list[ChunkId]:
    return [ChunkId(f"c{number}") for number in range(count)]


def files_with(folder: Path, needle: bytes) -> set[str]:
    return {path.name for path in folder.glob("*/*") if needle in path.read_bytes()}


def test_no_file_holds_uncleared_memory_even_when_the_process_dies(tmp_path: Path) -> None:
    module = "tests.retrieval.dense.chroma_on_dirty_memory"
    dirty = ["env", f"MALLOC_PERTURB_={DIRT ^ 0xFF}", sys.executable, "-m", module]
    with subprocess.Popen(
        [*dirty, str(tmp_path), str(PERSISTED)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"added\n"
        process.kill()
    assert len(list(tmp_path.glob(f"*/{DATA}"))) == 2
    assert files_with(tmp_path, bytes([DIRT]) * 8) == set()


def test_what_lay_in_the_files_of_an_index_goes_and_the_index_answers(tmp_path: Path) -> None:
    indexes = ChromaIndexes(tmp_path)
    vectors = unit_vectors(PERSISTED)
    law = indexes.open(LAW, E5)
    law.add(ids(3), vectors[:3])
    for path in [*tmp_path.glob(f"*/{DATA}"), *tmp_path.glob(f"*/{LENGTHS}")]:
        with path.open("r+b") as file:
            file.write(SECRET)
    assert files_with(tmp_path, SECRET) == {DATA, LENGTHS}
    indexes.rewrite(HR, E5, [(ids(1), vectors[:1])])
    assert files_with(tmp_path, SECRET) == set()
    assert law.search(vectors[2], 1)[0].chunk == "c2"
    law.add(ids(PERSISTED)[3:], vectors[3:])
    indexes.close()
    reopened = ChromaIndexes(tmp_path)
    law = reopened.open(LAW, E5)
    assert len(law.ids()) == PERSISTED
    nearest = [law.search(vector, 1)[0].chunk for vector in vectors[::100]]
    assert nearest == ids(PERSISTED)[::100]
    reopened.close()


def test_what_is_behind_the_last_element_goes_at_the_start_and_the_elements_stay(
    tmp_path: Path,
) -> None:
    vectors = unit_vectors(PERSISTED)
    indexes = ChromaIndexes(tmp_path)
    indexes.open(HR, E5).add(ids(PERSISTED), vectors)
    indexes.close()
    for path in [*tmp_path.glob(f"*/{DATA}"), *tmp_path.glob(f"*/{LENGTHS}")]:
        with path.open("ab") as file:
            file.write(SECRET)
    reopened = ChromaIndexes(tmp_path)
    assert files_with(tmp_path, SECRET) == set()
    index = reopened.open(HR, E5)
    assert [index.search(v, 1)[0].chunk for v in vectors[::100]] == ids(PERSISTED)[::100]
    reopened.close()


def test_only_files_that_changed_are_looked_at_again(tmp_path: Path) -> None:
    folder = tmp_path / "segment"
    folder.mkdir()
    (folder / HEADER).write_bytes(HEADER_FIELDS.pack(1, 0, 100, 2, 4))
    (folder / DATA).write_bytes(b"abcdefghSECRET")
    (folder / LENGTHS).write_bytes(b"abcdefghSECRET")
    blanks = Blanks(tmp_path)
    assert blanks.are_due()
    blanks.fill()
    assert not blanks.are_due()
    for name in (DATA, LENGTHS):
        assert (folder / name).read_bytes() == b"abcdefgh" + bytes(6)


@pytest.mark.parametrize("there", [{HEADER: b"half"}, {HEADER: bytes(100)}])
def test_files_that_a_full_disk_left_half_written_are_no_trouble(
    tmp_path: Path, there: dict[str, bytes]
) -> None:
    (tmp_path / "segment").mkdir()
    for name, content in there.items():
        (tmp_path / "segment" / name).write_bytes(content)
    blanks = Blanks(tmp_path)
    blanks.fill()
    assert not blanks.are_due()
