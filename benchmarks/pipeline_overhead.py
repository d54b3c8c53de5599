"""Seconds from upload to searchable, against the seconds that the embedder alone needs.

    python -m benchmarks.pipeline_overhead FOLDER [FOLDER …]

Each folder of documents goes through the whole product on an empty data folder. Then the embedder
gets the very same texts again, with nothing else to do. Bar: pipeline <= 1.25 x embedder alone.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import select

from app.models.client import unhurried
from benchmarks.bundled_house import Bench, bundled_house
from ingestion.embedding import batches
from retrieval.tables import chunks

AT_ONCE = 4  # requests on their way: two documents, two each
BAR = 1.25
READERS = "ingestion.parsing.forking"  # the module that reads files, as its process is named
LOOK_SECONDS = 0.5  # often enough, and looking costs the app's cores next to nothing


def main() -> None:
    for name in sys.argv[1:]:
        with bundled_house() as bench:
            measure(Path(name), bench)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds: of the clock, and of the cores by who used them."""

    clock: float
    app: float
    parsers: float
    engine: float

    @classmethod
    def now(cls) -> "Spent":
        own = sum(os.times()[:4])  # with its children that have ended
        parsers = engine = 0.0
        for child in psutil.Process().children():
            spent = sum(child.cpu_times()[:4])  # with theirs
            if READERS in child.cmdline():
                parsers += spent
            else:
                engine += spent
        return cls(time.perf_counter(), own, parsers, engine)

    def since(self, start: "Spent") -> "Spent":
        return Spent(
            self.clock - start.clock,
            self.app - start.app,
            self.parsers - start.parsers,
            self.engine - start.engine,
        )

    @property
    def cores(self) -> float:
        return self.app + self.parsers + self.engine

    def __str__(self) -> str:
        return (
            f"{self.clock:7.1f} s; of the cores {self.cores:6.1f} s: app {self.app:.1f}, "
            f"parsers {self.parsers:.1f}, engine {self.engine:.1f}"
        )


def measure(folder: Path, bench: Bench) -> None:
    start = Spent.now()
    count = bench.put(folder)
    while bench.unfinished():
        time.sleep(LOOK_SECONDS)
    pipeline = Spent.now().since(start)
    texts, tokens = _texts(bench)
    start = Spent.now()
    embed(bench, texts)
    alone = Spent.now().since(start)
    print(f"{folder}: {count} documents, {len(texts):,} texts, {tokens:,} tokens")
    print(f"  embedder alone {alone}; {tokens / alone.clock:,.0f} tokens/s")
    print(f"  pipeline       {pipeline}")
    ratio, cores = pipeline.clock / alone.clock, pipeline.cores / alone.cores
    print(f"  ratio {ratio:.2f} (bar {BAR}); of the cores {cores:.2f}", flush=True)


def embed(bench: Bench, texts: dict[str, str]) -> None:
    embedder = unhurried(bench.house.models.embedder)
    groups = [[texts[digest] for digest in batch] for batch in batches(texts)]
    with ThreadPoolExecutor(AT_ONCE) as sending:
        for _ in sending.map(embedder.embed_passages, groups):
            pass


def _texts(bench: Bench) -> tuple[dict[str, str], int]:
    query = select(chunks.c.embedded_sha256, chunks.c.context, chunks.c.text, chunks.c.tokens)
    with bench.house.platform.database.read() as connection:
        rows = connection.execute(query).all()
    tokens = {row.embedded_sha256: row.tokens for row in rows}
    return {row.embedded_sha256: row.context + row.text for row in rows}, sum(tokens.values())


if __name__ == "__main__":
    main()
