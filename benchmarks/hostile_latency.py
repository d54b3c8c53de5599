"""What a person waits for a search while hostile files are read, against an idle system.

    python -m benchmarks.hostile_latency SEARCHED_FOLDER QUERIES.jsonl [ROUNDS]

The folder is made searchable with the bundled models. Then rounds of searches with nothing else to
do and rounds of searches while files made to do harm are read, one after another without a pause,
take turns, so that what else the machine does falls on both alike. Bar: p50 and p95 <= 1.10 x idle.
"""

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import numpy as np

from benchmarks.bundled_house import SCOPE, Bench, bundled_house
from benchmarks.hostile_files import hostile_files
from ingestion.parsing.errors import Unreadable
from ingestion.parsing.limits import ParseLimits
from ingestion.parsing.parse import parse
from ingestion.parsing.server import ForkServer

SEARCHES = 25  # a round
PAUSE_SECONDS = 0.05
LIMITS = ParseLimits(seconds=20)
BAR = 1.10


def main() -> None:
    searched, queries = map(Path, sys.argv[1:3])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 12
    lines = queries.read_text(encoding="utf-8").splitlines()
    questions = cycle([str(json.loads(line)["text"]) for line in lines])
    idle: list[float] = []
    loaded: list[float] = []
    ends: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, bundled_house() as bench, ForkServer() as server:
        files = cycle(hostile_files(Path(folder)))
        bench.put(searched)
        bench.wait()
        _ask(bench, questions)
        for _ in range(rounds):
            idle += _ask(bench, questions)
            with _reading(server, files, ends):
                loaded += _ask(bench, questions)
    for name, end in sorted(ends.items()):
        print(f"{name:20} {end}")
    _tell(np.asarray(idle), np.asarray(loaded))


def _ask(bench: Bench, questions: Iterator[str]) -> list[float]:
    """Milliseconds of each search."""
    taken: list[float] = []
    for _ in range(SEARCHES):
        started = time.perf_counter()
        bench.house.platform.searcher.find(next(questions), SCOPE, limit=8)
        taken.append(1000 * (time.perf_counter() - started))
        time.sleep(PAUSE_SECONDS)
    return taken


@contextmanager
def _reading(
    server: ForkServer, files: Iterator[tuple[Path, str]], ends: dict[str, str]
) -> Iterator[None]:
    """Hostile files are read in the background; the last one is waited for."""
    enough = threading.Event()

    def read() -> None:
        while not enough.is_set():
            path, media_type = next(files)
            started = time.perf_counter()
            end = _end_of(server, path, media_type)
            ends[path.name] = f"{time.perf_counter() - started:5.1f} s  {end}"

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        enough.set()
        reader.join()


def _end_of(server: ForkServer, path: Path, media_type: str) -> str:
    try:
        return f"{len(parse(server, path, media_type, path.name, LIMITS).blocks)} blocks"
    except Unreadable as refusal:
        return str(refusal)


def _tell(idle: np.ndarray, loaded: np.ndarray) -> None:
    for name, taken in (("idle", idle), ("hostile", loaded)):
        low, high = np.percentile(taken, [50, 95])
        print(f"{name:8} {len(taken):5d} searches  p50 {low:6.1f} ms  p95 {high:6.1f} ms")
    ratios = np.percentile(loaded, [50, 95]) / np.percentile(idle, [50, 95])
    print(f"ratio    p50 {ratios[0]:.2f}  p95 {ratios[1]:.2f} (bar {BAR})")


if __name__ == "__main__":
    main()
