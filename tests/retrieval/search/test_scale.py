"""The benchmark of sizes, small: whatever an access filter leaves, nothing of it is missed."""

from dataclasses import replace
from pathlib import Path

from benchmarks.search_scale import LEAST_RECALL, SHARES, built


def test_no_share_of_the_documents_costs_recall(tmp_path: Path) -> None:
    with built(tmp_path, 600, 8) as bench:
        searcher, whole = bench.searcher(), replace(bench, checked=1)
        rows = [whole.measure(searcher, share) for share in SHARES]
    assert min(row.by_meaning for row in rows) >= LEAST_RECALL
    assert min(row.by_keywords for row in rows) >= LEAST_RECALL
