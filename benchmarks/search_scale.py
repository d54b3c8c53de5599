"""Search latency and recall by size, and by the share of documents that the asker may read.

    python -m benchmarks.search_scale [--chunks 10000 100000] [--folder KEPT] [--compare]

Real SQLite, Tantivy and Chroma; texts and vectors are drawn. Bars, embedding not counted, 2 cores:
p95 <= 15 ms at 10,000 chunks and <= 40 ms at 100,000; recall@10 of both rankings >= 0.98 against
all vectors compared and all keyword hits looked at. The shares are what an access filter leaves:
the other sources are for other groups.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from benchmarks.drawn_corpus import BASE, IDENTITY, DrawnCorpus, Question
from retrieval.dense.chroma import ChromaIndexes
from retrieval.indexes.index import Index
from retrieval.indexes.nearest import NearestVectors
from retrieval.lexical.tantivy import TantivyIndexes
from retrieval.ports import EmbedderIdentity
from retrieval.search.prefilter import Prefilter
from retrieval.search.searcher import Searcher
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.store.scoping import ScopedDocuments
from retrieval.store.vectors import VectorStore
from retrieval.types import ChunkId, Scope, Vector

CANDIDATES = 50  # as the settings have it
TOP = 10
SHARES = (1.0, 0.5, 0.05, 0.001)
BARS_MS = {10_000: 15.0, 100_000: 40.0}
LEAST_RECALL = 0.98
WARM_UP = 20  # searches
CHECKED = 8  # of so many questions one is compared with the exact search: that takes seconds
SAME = 1e-4  # difference of two scores that is rounding


@dataclass(frozen=True, slots=True)
class Row:
    share: float  # of the documents
    first_ms: float  # reads the vectors, where a filter is set for the first time
    p50_ms: float
    p95_ms: float
    cpu_ms: float  # median of all threads: what is left of it on a busy machine
    by_meaning: float  # recall@10
    by_keywords: float  # recall@10


@dataclass(frozen=True, slots=True)
class Known:
    """An embedder that only looks up what was drawn."""

    vectors: dict[str, Vector]

    @property
    def identity(self) -> EmbedderIdentity:
        return IDENTITY

    def embed_question(self, question: str) -> Vector:
        return self.vectors[question]

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        return np.stack([self.vectors[text] for text in texts])


@dataclass(frozen=True, slots=True)
class Bench:
    corpus: DrawnCorpus
    index: Index
    questions: Sequence[Question]
    checked: int = CHECKED

    def searcher(self) -> Searcher:
        database = self.index.corpus.database
        return Searcher(
            self.index.corpus,
            self.index.lexical,
            self.index.dense,
            Known({question.text: question.vector for question in self.questions}),
            None,
            CANDIDATES,
            prefilter=Prefilter(ScopedDocuments(database), NearestVectors(self.index.entries)),
        )

    def without_prefilter(self) -> Searcher:
        """The indexes of all, from whose hits SQL drops what the scope does not leave."""
        return replace(self.searcher(), prefilter=None)

    def measure(self, searcher: Searcher, share: float) -> Row:
        scope = Scope(frozenset({BASE}), self.corpus.withheld(share))
        seconds, work, meaning, keywords = [], [], [], []
        left = self.corpus.left(share)
        ids = {self.corpus.chunk(int(number)) for number in np.flatnonzero(left)}
        warm = self.questions[:WARM_UP]
        for number, question in enumerate([*warm, *self.questions]):
            begin, worked = time.perf_counter(), time.process_time()
            found = searcher.find(question.text, scope, limit=TOP)
            seconds.append(time.perf_counter() - begin)
            work.append(time.process_time() - worked)
            if number % self.checked:
                continue
            best = [passage.scores for passage in found.considered]
            meaning.append(_recall(self.nearest(question, left), (p.dense for p in best)))
            keywords.append(_recall(self.matching(question, ids), (p.bm25 for p in best)))
        p50, p95 = np.percentile(seconds[len(warm) :], [50, 95]) * 1000
        first, cpu = 1000 * seconds[0], 1000 * float(np.median(work[len(warm) :]))
        recalls = float(np.mean(meaning)), float(np.mean(keywords))
        return Row(share, first, p50, p95, cpu, *recalls)

    def nearest(self, question: Question, left: NDArray[np.bool_]) -> list[float]:
        """The ten best cosines, every vector compared."""
        cosines = np.einsum("ij,j->i", self.corpus.vectors, question.vector)[left]
        return sorted(map(float, cosines), reverse=True)[:TOP]

    def matching(self, question: Question, left: Set[ChunkId]) -> list[float]:
        """The ten best scores, every keyword hit looked at."""
        hits = self.index.lexical.open(BASE).search(question.text, len(self.corpus.vectors))
        return [hit.score for hit in hits if hit.chunk in left][:TOP]


def _recall(exact: Sequence[float], found: Iterable[float | None]) -> float:
    """Share of the best ten that was found. By score: what is equally good may take their place."""
    if not exact:
        return 1.0
    as_good = [score for score in found if score is not None and score >= exact[-1] - SAME]
    return min(len(as_good), len(exact)) / len(exact)


@contextmanager
def built(folder: Path, size: int, questions: int) -> Iterator[Bench]:
    """What is in the folder already is used again."""
    corpus = DrawnCorpus.of(size)
    database = Database.open(f"sqlite:///{folder / 'colophon.sqlite3'}")
    lexical, dense = TantivyIndexes(folder / "words"), ChromaIndexes(folder / "vectors")
    try:
        index = Index(Corpus(database), VectorStore(database), lexical, dense, IDENTITY)
        marker = folder / "built"
        if not marker.exists():
            corpus.store(database)
            marker.touch()
        index.sync(BASE)
        yield Bench(corpus, index, corpus.questions(questions))
    finally:
        dense.close()
        lexical.close()
        database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, nargs="+", default=sorted(BARS_MS))
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--compare", action="store_true", help="also without the prefilter")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for size in asked.chunks:
            folder = (asked.folder or Path(scratch)) / str(size)
            folder.mkdir(parents=True, exist_ok=True)
            with built(folder, size, asked.questions) as bench:
                report(bench, size, compare=asked.compare)


def report(bench: Bench, size: int, *, compare: bool) -> None:
    bar = BARS_MS.get(size, float("inf"))
    print(f"{size:,} chunks, bar {bar:g} ms, load {os.getloadavg()[0]:.1f}")
    for share in SHARES if compare else ():
        row = bench.measure(bench.without_prefilter(), share)
        print(f"  {described(row)}  hits dropped afterwards, for comparison", flush=True)
    searcher = bench.searcher()
    for share in SHARES:
        row = bench.measure(searcher, share)
        held = row.p95_ms <= bar and min(row.by_meaning, row.by_keywords) >= LEAST_RECALL
        print(f"  {described(row)}  {'PASS' if held else 'MISS'}", flush=True)
    memory = psutil.Process().memory_info().rss - bench.corpus.vectors.nbytes
    print(f"  memory of the process, without the drawn corpus: {memory / 1e6:.0f} MB")


def described(row: Row) -> str:
    return (
        f"{row.share:6.1%} left: first {row.first_ms:5.0f} ms, p50 {row.p50_ms:5.1f}, "
        f"p95 {row.p95_ms:5.1f} ms (cpu {row.cpu_ms:4.1f}), recall@10 by meaning "
        f"{row.by_meaning:.3f}, by keywords {row.by_keywords:.3f}"
    )


if __name__ == "__main__":
    main()
