"""Makes indexes where fresh memory is full of traces: `… FOLDER COUNT`, with MALLOC_PERTURB_ set.

glibc then fills what a program gets with a byte that is never zero: what hnswlib writes without
clearing it shows. Adds 3 vectors to one knowledge base and COUNT to another, and searches both.
"""

import sys
from pathlib import Path

import numpy as np

from retrieval.dense.chroma import ChromaIndexes
from retrieval.ports import EmbedderIdentity
from retrieval.types import ChunkId, KnowledgeBaseId

E5 = EmbedderIdentity("e5", "1", "mean", "bfloat16", "query: ", "passage: ", 8)


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    indexes = ChromaIndexes(folder)
    vectors = np.ones((count, 8), dtype=np.float32)
    ids = [ChunkId(f"c{number}") for number in range(count)]
    for name, wanted in (("hr", 3), ("law", count)):
        index = indexes.open(KnowledgeBaseId(name), E5)
        index.add(ids[:wanted], vectors[:wanted])
        index.search(vectors[0], 1)
    sys.stdout.write("added\n")
    sys.stdout.flush()
    sys.stdin.read()  # and then dies, without closing anything
    sys.exit(0)


if __name__ == "__main__":
    main()
