"""What a person waits for a search while documents are taken in, against an idle system.

    python -m benchmarks.search_while_ingesting SEARCHED_FOLDER INGESTED_FOLDER QUERIES.jsonl

The first folder is made searchable, then questions are asked one after another with a pause: first
with nothing else to do, then while the second folder is ingested. Bar: p95 <= 2 x idle.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.bundled_house import SCOPE, Bench, bundled_house

IDLE_SEARCHES = 120
PAUSE_SECONDS = 0.1
LIMIT = 8  # passages
BAR = 2.0


def main() -> None:
    searched, ingested, queries = map(Path, sys.argv[1:4])
    lines = queries.read_text(encoding="utf-8").splitlines()
    questions = [str(json.loads(line)["text"]) for line in lines]
    with bundled_house() as bench:
        bench.put(searched)
        bench.wait()
        _ask(bench, questions[:10], lambda asked: asked < 10)
        idle = _ask(bench, questions, lambda asked: asked < IDLE_SEARCHES)
        bench.put(ingested)
        during = _ask(bench, questions, lambda _asked: bench.unfinished() > 0)
    low, high = np.percentile(idle, [50, 95])
    busy_low, busy_high = np.percentile(during, [50, 95])
    print(f"idle     {len(idle):5d} searches  p50 {low:6.1f} ms  p95 {high:6.1f} ms")
    print(f"during   {len(during):5d} searches  p50 {busy_low:6.1f} ms  p95 {busy_high:6.1f} ms")
    print(f"ratio          p50 {busy_low / low:.2f}  p95 {busy_high / high:.2f} (bar {BAR})")


def _ask(bench: Bench, questions: list[str], goes_on: Callable[[int], bool]) -> list[float]:
    """Milliseconds of each search."""
    taken: list[float] = []
    while goes_on(len(taken)):
        question = questions[len(taken) % len(questions)]
        started = time.perf_counter()
        found = bench.house.platform.searcher.find(question, SCOPE, limit=LIMIT)
        taken.append(1000 * (time.perf_counter() - started))
        if found.degraded:
            raise SystemExit(found.degraded)
        time.sleep(PAUSE_SECONDS)
    return taken


if __name__ == "__main__":
    main()
