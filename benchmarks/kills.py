"""kill -9 at random moments of a mixed load; afterwards nothing is lost, doubled or left behind.

    python -m benchmarks.kills --kills 300

A child opens Colophon (real SQLite, DBOS, Chroma, Tantivy and sandboxed parsing; a fake embedder)
and uploads, replaces and deletes small documents. It writes down what it is about to do, and that
it was done, each with fsync; then it is killed and started again. Every `--settle` kills, a child
finishes what is left, and everything that is visible is compared with what was written down. An
operation that was begun but not confirmed may have happened or not. Bar: no difference, and less
than 30 s from start to open.
"""

import argparse
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from app.clock import utc_now
from app.house import House
from app.models.opening import Models
from app.settings import Settings
from app.wiring import open_platform
from retrieval.tables import chunks, documents, jobs, knowledge_bases, visibility
from retrieval.types import DocumentId, KnowledgeBaseId, Vector
from tests.fakes import EchoGenerator, ReadyModels, WordsEmbedder

BASE = KnowledgeBaseId("base")
NAMES = 60  # files that are uploaded, replaced and deleted
LONGEST_LIFE = 2.5  # seconds from open to the kill
BACKLOG = 25  # jobs; whoever uploads waits while more are left, else they would only pile up
SETTLED = 300.0  # seconds for all that is left
START_BAR = 30.0


class SlowEmbedder(WordsEmbedder):
    """Slow enough that a kill comes in the middle of an embedding now and then."""

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        time.sleep(0.03)
        return super().embed_passages(texts)


class Diary:
    """What was begun and what was done, a JSON object a line, each on disk before the next."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("ab")

    def note(self, **entry: object) -> None:
        self.file.write(json.dumps(entry).encode() + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())


def text_of(name: str, edition: int) -> str:
    return f"The rule of {name} in edition {edition}: bring tool {edition * 7919 % 1000003}."


def work(house: House, diary: Diary, seed: int) -> None:
    choice = random.Random(seed)  # noqa: S311 - a load, not a secret
    edition = seed * 100_000
    while True:
        name, edition = f"rule-{choice.randrange(NAMES)}.txt", edition + 1
        known = living(house).get(name)
        delete = known is not None and choice.random() < 0.3
        diary.note(begun=edition, name=name, edition=None if delete else edition)
        if known is not None and delete:
            house.platform.removals.remove_document(known)
        else:
            house.platform.uploads.accept(BASE, name, io.BytesIO(text_of(name, edition).encode()))
        diary.note(done=edition)
        time.sleep(choice.random() * 0.05)
        while unfinished(house) > BACKLOG:
            time.sleep(0.02)


def living(house: House) -> dict[str, DocumentId]:
    query = select(documents.c.key, documents.c.id).where(documents.c.deleted_at.is_(None))
    with house.platform.database.read() as connection:
        return {row.key: DocumentId(row.id) for row in connection.execute(query)}


def settle(house: House) -> dict[str, Any]:
    end = time.monotonic() + SETTLED
    while unfinished(house) and time.monotonic() < end:
        time.sleep(0.05)
    query = (
        select(documents.c.key, chunks.c.text)
        .join(chunks, chunks.c.document_id == documents.c.id)
        .join(visibility, visibility.c.chunk_id == chunks.c.id)
        .where(visibility.c.died.is_(None))
    )
    with house.platform.database.read() as connection:
        visible = [[row.key, row.text] for row in connection.execute(query)]
    findings = house.platform.doctor.examine()
    return {
        "unfinished": unfinished(house),
        "visible": visible,
        "documents": sorted(living(house)),
        "complaints": [f"{each.check}: {each.detail}" for each in findings if not each.ok],
    }


def unfinished(house: House) -> int:
    query = select(func.count()).where(jobs.c.state.in_(["queued", "running"]))
    with house.platform.database.read() as connection:
        return connection.scalar(query) or 0


def child(data_dir: Path, seed: int | None) -> None:
    models = Models(SlowEmbedder(), EchoGenerator(), None, ReadyModels(), "http://127.0.0.1:9/v1")
    with open_platform(Settings(data_dir=data_dir), models=models) as house:
        with house.platform.database.write() as connection:
            if connection.scalar(select(knowledge_bases.c.id)) is None:
                values = {"id": BASE, "name": "Base", "created_at": utc_now()}
                connection.execute(insert(knowledge_bases).values(values))
        print("open", flush=True)
        if seed is None:
            print(json.dumps(settle(house)), flush=True)
        else:
            work(house, Diary(data_dir / "diary.jsonl"), seed)


def allowed(diary: Path) -> dict[str, set[str | None]]:
    """By name, the texts that may be visible now; None: no document."""
    begun: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    done: set[int] = set()
    for line in diary.read_text().splitlines():
        entry = json.loads(line)
        if "done" in entry:
            done.add(entry["done"])
        else:
            begun[entry["name"]].append((entry["begun"], entry["edition"]))
    return {name: set(_possible(name, steps, done)) for name, steps in begun.items()}


def _possible(
    name: str, steps: list[tuple[int, int | None]], done: set[int]
) -> Iterator[str | None]:
    """The last confirmed step, and whatever was begun after it."""
    for number, edition in reversed(steps):
        yield None if edition is None else text_of(name, edition)
        if number in done:
            return
    yield None


def differences(report: dict[str, Any], diary: Path) -> list[str]:
    problems = list(report["complaints"])
    if report["unfinished"]:
        problems.append(f"{report['unfinished']} jobs did not end")
    shown = Counter(name for name, _ in report["visible"])
    problems += [f"{name} is visible {count} times" for name, count in shown.items() if count > 1]
    texts = dict(report["visible"])
    for name, possible in allowed(diary).items():
        if texts.get(name) not in possible:
            problems.append(f"{name} shows {texts.get(name)!r}, not one of {possible}")
    if sorted(texts) != report["documents"]:
        problems.append("the list of documents is not that of the visible passages")
    return problems


def started(data_dir: Path, seed: int | None) -> tuple[subprocess.Popen[str], float]:
    command = [sys.executable, "-m", "benchmarks.kills", "--child", str(data_dir)]
    begin = time.monotonic()
    process = subprocess.Popen(
        command if seed is None else [*command, "--seed", str(seed)],
        stdout=subprocess.PIPE,
        text=True,
    )
    if process.stdout is None or process.stdout.readline() != "open\n":
        raise RuntimeError("the child did not open")
    return process, time.monotonic() - begin


def killed(data_dir: Path, seed: int, life: float) -> float:
    process, seconds = started(data_dir, seed)
    time.sleep(life)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return seconds


def sweep(kills: int, settle_every: int, seed: int) -> int:
    choice = random.Random(seed)  # noqa: S311 - a load, not a secret
    slowest, problems = 0.0, []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, kills + 1):
            life = choice.random() * LONGEST_LIFE
            slowest = max(slowest, killed(Path(folder), seed * kills + number, life))
            if number % settle_every and number != kills:
                continue
            process, seconds = started(Path(folder), None)
            slowest = max(slowest, seconds)
            # What the nightly work logs comes before it.
            report = json.loads(process.communicate()[0].splitlines()[-1])
            found = differences(report, Path(folder) / "diary.jsonl")
            problems += found
            print(
                f"{number} kills: {len(report['visible'])} documents, {found or 'all right'}",
                flush=True,
            )
        operations = (Path(folder) / "diary.jsonl").read_text().count('"done"')
    print(f"{kills} kills, {operations} confirmed operations, {len(problems)} differences")
    print(f"slowest start {slowest:.1f} s (bar {START_BAR:.0f} s)")
    return 1 if problems or slowest > START_BAR else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--settle", type=int, default=15, help="kills between two comparisons")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--child", type=Path)
    given = parser.parse_args()
    if given.child is not None:
        child(given.child, given.seed)
        return 0
    return sweep(given.kills, given.settle, given.seed or 1)


if __name__ == "__main__":
    sys.exit(main())
