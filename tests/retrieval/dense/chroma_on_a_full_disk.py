"""Chroma on a disk that fills: `python -m tests.retrieval.dense.chroma_on_a_full_disk FOLDER`.

A process of its own, for what is tried here has stopped whole processes: Chroma then waits for a
lock of its own with the interpreter locked. The disk is a limit on the size of files. Nobody asks
for room here, so that it is Chroma that meets the full disk. Prints a JSON list: what each step
raised.
"""

import faulthandler
import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from retrieval.dense.chroma import ChromaIndexes
from retrieval.errors import KnowledgeBaseError
from retrieval.ports import EmbedderIdentity
from retrieval.types import ChunkId, KnowledgeBaseId, Vector

HR, LAW = KnowledgeBaseId("hr"), KnowledgeBaseId("law")
E5 = EmbedderIdentity("e5", "1", "mean", "bfloat16", "query: ", "passage: ", 8)
LONGEST = 40.0  # seconds


def vectors(count: int) -> Vector:
    drawn = np.random.default_rng(0).normal(size=(count, 8)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def outcome(step: Callable[[], object]) -> str:
    try:
        found = step()
    except KnowledgeBaseError as error:
        return error.code
    return "nothing" if found == [] else "done"


def limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def main() -> None:
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    indexes = ChromaIndexes(Path(sys.argv[1]), room=lambda _root, _size: None)
    hr, law = indexes.open(HR, E5), indexes.open(LAW, E5)
    vector, told = vectors(2), []
    hr.add([ChunkId("kept")], vector[:1])
    law.add([ChunkId("kept")], vector[:1])
    for turn in range(2):
        writes = [
            lambda: hr.add([ChunkId(f"lost{turn}")], vector[1:]),  # noqa: B023  # called in the turn
            lambda: law.remove([ChunkId("kept")]),
            lambda: indexes.drop(LAW),
        ]
        limit(0)
        told.append([outcome(write) for write in writes * 3])
        told.append([outcome(lambda: hr.search(vector[0], 1))])
        limit(resource.RLIM_INFINITY)
        hr.add([ChunkId(f"new{turn}")], vector[1:])
        told.append([sorted(hr.ids()), sorted(law.ids())])
        told.append([hit.chunk for hit in hr.search(vector[0], 1)])
    indexes.close()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
