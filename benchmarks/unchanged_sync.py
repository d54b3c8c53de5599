"""What a second sync of an unchanged folder costs, and what one changed document does.

    python -m benchmarks.unchanged_sync [DOCUMENTS]

A folder of generated texts (1,000 by default) goes through the whole product with the bundled
embedder; then it is synced again unchanged, and again with one section of one document rewritten.
Bars: no embedding and under 2 % of the first run's time; only the changed chunks are embedded.
"""

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select

from app.shapes.following import RunReportOut
from benchmarks.bundled_house import BASE, Bench, bundled_house
from ingestion.sources.register import NewSource
from ingestion.sources.starting import RunWish
from retrieval.tables import chunks, documents, vectors

DOCUMENTS = 1000
SECTIONS = 8  # of the one long document
SENTENCES = 30  # a section of it: more than one chunk's worth with its neighbours
LONG = "long.md"
BAR = 0.02
POLL_SECONDS = 0.02


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS
    with tempfile.TemporaryDirectory(prefix="colophon-share-") as name, bundled_house() as bench:
        share = Path(name)
        write(share, count)
        source = bench.house.platform.sources.add(BASE, NewSource(str(share)))
        first = run(bench, source)
        told("first run", first, bench)
        before = embeddings(bench)
        second = run(bench, source)
        told("unchanged", second, bench)
        share_of_first = (second.seconds or 0.0) / (first.seconds or 1.0)
        print(f"  {share_of_first:.2%} of the first run's time (bar {BAR:.0%})")
        print(f"  {embeddings(bench) - before} embeddings (bar 0)")
        known = texts_of(bench)
        before = embeddings(bench)
        (share / LONG).write_text(long_text(rewritten=SECTIONS // 2), encoding="utf-8")
        third = run(bench, source)
        told("one changed", third, bench)
        now = texts_of(bench)
        print(
            f"  {embeddings(bench) - before} embeddings for {len(now - known)} changed "
            f"of its {len(now)} chunks (bar: as many)"
        )


def write(share: Path, count: int) -> None:
    """`count` documents, of which one is long."""
    (share / LONG).write_text(long_text(rewritten=None), encoding="utf-8")
    for number in range(1, count):
        folder = share / f"{number % 20:02}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.txt").write_text(
            f"Rule {number} of the house. Bring tool {number * 3} to room {number % 90} before "
            f"{number % 24}:30 and sign the list of building {number % 7}.",
            encoding="utf-8",
        )


def long_text(rewritten: int | None) -> str:
    parts = []
    for section in range(SECTIONS):
        word = "Replaced" if section == rewritten else "Original"
        sentences = [
            f"{word} instruction {section}.{line}: pump {section * line + 7} is checked by team "
            f"{line % 9} every {line + 2} days."
            for line in range(SENTENCES)
        ]
        parts.append(f"## Section {section}\n\n" + "\n\n".join(sentences))
    return "# Long instructions\n\n" + "\n\n".join(parts) + "\n"


def run(bench: Bench, source: str) -> RunReportOut:
    """Its report after the last document is through."""
    platform = bench.house.platform
    started = platform.source_runs.start(source, RunWish())
    while True:
        report = platform.run_reports.of(started)
        if report.seconds is not None:
            return report
        time.sleep(POLL_SECONDS)


def told(name: str, report: RunReportOut, bench: Bench) -> None:
    if report.failed or report.error:
        raise SystemExit(f"{name}: {report.failed} failed, {report.error}")
    print(
        f"{name:<12}{report.seconds:9.2f} s  {report.added:5} added {report.changed:5} changed "
        f"{report.unchanged:5} unchanged, {report.embedded:5} texts and {report.tokens:,} tokens "
        f"embedded, {embeddings(bench):,} vectors",
        flush=True,
    )


def embeddings(bench: Bench) -> int:
    with bench.house.platform.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(vectors)) or 0


def texts_of(bench: Bench) -> set[str]:
    """Digests of what the long document's live version is embedded as."""
    query = (
        select(chunks.c.embedded_sha256)
        .join(documents, documents.c.live_version_id == chunks.c.version_id)
        .where(documents.c.key == LONG)
    )
    with bench.house.platform.database.read() as connection:
        return set(connection.scalars(query))


if __name__ == "__main__":
    main()
