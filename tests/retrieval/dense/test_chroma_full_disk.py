"""What Chroma does on a full disk, and what the house makes of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from errno import ENOSPC
from pathlib import Path

import numpy as np
import pytest
from chromadb.errors import InternalError

from retrieval.dense.chroma import ChromaIndexes
from retrieval.dense.chroma_client import ROOM, Chroma, require_room
from retrieval.dense.chroma_files import Gate
from retrieval.dense.soundness import Soundness
from retrieval.errors import StorageFull, Unavailable
from retrieval.ports import EmbedderIdentity
from retrieval.types import ChunkId, KnowledgeBaseId

HR = KnowledgeBaseId("hr")
E5 = EmbedderIdentity("e5", "1", "mean", "bfloat16", "query: ", "passage: ", 8)
VECTORS = np.eye(8, dtype=np.float32)
FIRST, SECOND = ChunkId("c0"), ChunkId("c1")
PATIENCE = 60.0  # seconds


class Disk:
    """Says what room there is; `asked` for how much, in bytes."""

    def __init__(self) -> None:
        self.is_full = False
        self.asked = 0

    def room(self, _root: Path, size: int) -> None:
        self.asked = size
        if self.is_full:
            raise OSError(ENOSPC, "No space left on device")


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def indexes(tmp_path: Path, disk: Disk) -> Iterator[ChromaIndexes]:
    indexes = ChromaIndexes(tmp_path, room=disk.room)
    yield indexes
    indexes.close()


def test_writes_that_fail_one_after_the_other_end_and_work_again_when_there_is_room(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "tests.retrieval.dense.chroma_on_a_full_disk", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr[-5_000:]
    told = json.loads(done.stdout)
    refused, searched = ["storage_failed"] * 9, ["unavailable"]
    assert told == [
        *(refused, searched, [["kept", "new0"], ["kept"]], ["kept"]),
        *(refused, searched, [["kept", "new0", "new1"], ["kept"]], ["kept"]),
    ]


def test_without_room_nothing_is_written_and_searches_go_on(
    indexes: ChromaIndexes, disk: Disk
) -> None:
    index = indexes.open(HR, E5)
    index.add([FIRST], VECTORS[:1])
    disk.is_full = True
    for write in (
        lambda: index.add([SECOND], VECTORS[1:2]),
        lambda: index.remove([FIRST]),
        lambda: indexes.drop(HR),
        lambda: indexes.rewrite(HR, E5, []),
    ):
        with pytest.raises(StorageFull, match="disk is full"):
            write()
        assert [hit.chunk for hit in index.search(VECTORS[1], 5)] == [FIRST]
    disk.is_full = False
    index.add([SECOND], VECTORS[1:2])
    assert index.ids() == {FIRST, SECOND}


def test_after_a_failed_write_it_says_what_it_waits_for(tmp_path: Path, disk: Disk) -> None:
    with closing(Chroma(tmp_path, disk.room)) as chroma:
        assert chroma.soundness() is Soundness.SOUND
        with pytest.raises(Unavailable), chroma.writing():
            raise InternalError("database is locked")
        assert chroma.soundness() is Soundness.REOPENS
        disk.is_full = True
        assert chroma.soundness() is Soundness.WAITS_FOR_ROOM
        with pytest.raises(Unavailable):
            chroma.find("hr")
        disk.is_full = False
        assert chroma.find("hr") is None
        assert chroma.soundness() is Soundness.SOUND


def test_an_index_that_is_there_is_opened_without_room(tmp_path: Path, disk: Disk) -> None:
    first = ChromaIndexes(tmp_path, room=disk.room)
    first.open(HR, E5).add([FIRST], VECTORS[:1])
    first.close()
    disk.is_full = True
    second = ChromaIndexes(tmp_path, room=disk.room)
    assert second.open(HR, E5).ids() == {FIRST}
    with pytest.raises(StorageFull):
        second.open(KnowledgeBaseId("new"), E5)
    second.close()


def test_the_room_asked_for_grows_with_the_vectors(indexes: ChromaIndexes, disk: Disk) -> None:
    indexes.open(HR, E5).add([FIRST], VECTORS[:1])
    assert disk.asked >= ROOM + VECTORS[:1].nbytes


def test_room_is_asked_of_the_disk_and_leaves_nothing_behind(tmp_path: Path) -> None:
    require_room(tmp_path, 1)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match=r"too large|No space"):
        require_room(tmp_path, 1 << 62)
    assert list(tmp_path.iterdir()) == []


def test_nobody_waits_for_ever_for_a_search_that_hangs() -> None:
    gate = Gate(patience=0.01)
    with gate.entered(), pytest.raises(Unavailable, match="busy"), gate.alone():
        pass
    with gate.alone(), pytest.raises(Unavailable, match="busy"), gate.entered():
        pass
    with gate.entered():
        pass
