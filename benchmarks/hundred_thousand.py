"""A knowledge base of 100,000 passages: memory, start, deletion and rollback.

    python -m benchmarks.hundred_thousand [--passages 100000] [--folder KEPT] [--deletions]

Real SQLite, DBOS, Chroma, Tantivy and sandboxed parsing, and an HTTP server; the vectors of 384
numbers are drawn, because no bar here is about a model. Bars: app process <= 1 GB, start <= 10 s, a
deleted document invisible within 1 s, also while a document of 8,000 passages is committed
(`--deletions` measures that alone), rollback over 10,000 changed passages <= 60 s without the
embedder.
"""

import argparse
import hashlib
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from sqlalchemy import func, insert, select

from app.clock import utc_now
from app.house import House
from app.models.opening import Models
from app.serving import listen_anywhere, served_aside
from app.settings import Settings
from app.wiring import open_platform
from retrieval.ports import EmbedderIdentity
from retrieval.tables import documents, jobs, knowledge_bases
from retrieval.types import DocumentId, KnowledgeBaseId, Scope, Vector
from tests.fakes import EchoGenerator, ReadyModels

BASE = KnowledgeBaseId("base")
DIMENSION = 384
SECTIONS = 500  # of a document, each long enough to be one passage
LENGTH = 130  # words of a section
REPLACED = 10  # documents: 5,000 passages die and 5,000 are born
STEMS = ("travel", "expense", "machine", "contract", "training", "holiday", "server", "safety")
ENDINGS = ("", "s", "ing", "ed", "er", "able", "less", "ful", "ment", "ness", "ity", "al", "ous")
WORDS = [f"{stem}{ending}" for stem in STEMS for ending in ENDINGS]
DELETED = 4  # documents, while those are replaced
DELETED_BESIDE = 20  # documents at most, while a large one is committed
LARGE = 8_000  # passages of the document that is committed while others are deleted
LARGE_NUMBER = 10_000  # of that document; the others have lower ones
SEARCHES = 100


@dataclass
class DrawnEmbedder:
    """Sums of vectors drawn for the words: as in life, all texts are somewhat alike (cosine 0.5).

    Texts without any likeness would be a load of another kind: of them, an approximate index with
    Chroma's defaults does not find 0.7 % by their own vectors. `away` once nothing may be embedded.
    """

    away: bool = False
    words: dict[str, Vector] = field(default_factory=dict)

    @property
    def identity(self) -> EmbedderIdentity:
        return EmbedderIdentity("drawn", "1", "mean", "float32", "", "", DIMENSION)

    def embed_question(self, question: str) -> Vector:
        vector = np.sum([self._of(word) for word in question.split()], axis=0)
        unit: Vector = vector / np.linalg.norm(vector)
        return unit

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        if self.away:
            raise RuntimeError("the embedder was asked during a rollback")
        return np.stack([self.embed_question(text) for text in texts])

    def _of(self, word: str) -> Vector:
        vector = self.words.get(word)
        if vector is None:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
            vector = np.random.default_rng(seed).standard_normal(DIMENSION, dtype=np.float32)
            if word in WORDS:  # those of one text alone would fill the memory that is measured
                self.words[word] = vector
        return vector


def document(number: int, edition: int, sections: int = SECTIONS) -> bytes:
    choice = random.Random(number * 1_000 + edition)  # noqa: S311 - a load, not a secret
    parts = [f"# Handbook {number}, edition {edition}"]
    for section in range(sections):
        text = " ".join(choice.choices(WORDS, k=LENGTH))
        parts += [f"## Rule {number}.{section}", f"{text} {number}-{section}-{edition}."]
    return "\n\n".join(parts).encode()


def settled(house: House) -> None:
    while working(house):
        time.sleep(0.2)


def working(house: House) -> bool:
    query = select(func.count()).where(jobs.c.state.in_(["queued", "running"]))
    with house.platform.database.read() as connection:
        return bool(connection.scalar(query))


def build(house: House, passages: int) -> dict[str, Any]:
    with house.platform.database.write() as connection:
        values = {"id": BASE, "name": "Base", "created_at": utc_now()}
        connection.execute(insert(knowledge_bases).values(values))
    begin = time.monotonic()
    for number in range(passages // SECTIONS):
        upload(house, number, 1)
    settled(house)
    seconds = time.monotonic() - begin
    return {"build_s": seconds, "passages": visible(house), "build_memory_mb": peak_mb()}


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def upload(house: House, number: int, edition: int) -> None:
    house.platform.uploads.accept(BASE, f"book-{number}.md", io.BytesIO(document(number, edition)))


def visible(house: House) -> int:
    [base] = house.platform.library.all()
    return base.chunks


def search(house: House, question: str) -> list[str]:
    found = house.platform.searcher.find(question, Scope(frozenset([BASE])), limit=10)
    return [passage.chunk.document for passage in found.passages]


def measure(house: House, embedder: DrawnEmbedder) -> dict[str, Any]:
    """Begins while the start's own check of the indexes runs."""
    seconds = []
    for number in range(SEARCHES):
        begin = time.monotonic()
        search(house, f"Rule {number}.{number % SECTIONS} of travels and machines")
        seconds.append(time.monotonic() - begin)
    return {
        "search_p50_ms": 1000 * float(np.percentile(seconds, 50)),
        "search_p95_ms": 1000 * float(np.percentile(seconds, 95)),
        "memory_mb": psutil.Process().memory_info().rss / 1e6,
        "invisible_s": deleted(house),
        **rolled_back(house, embedder),
        "complaints": [f.detail for f in house.platform.doctor.examine() if not f.ok],
        "memory_after_mb": psutil.Process().memory_info().rss / 1e6,
        "memory_peak_mb": peak_mb(),
    }


def deleted(house: House) -> float:
    """Seconds until a search that follows the deletion has ended without the document."""
    query = select(documents.c.id, documents.c.key).where(
        documents.c.deleted_at.is_(None), documents.c.key.startswith("book-")
    )
    with house.platform.database.read() as connection:
        doomed = connection.execute(query.order_by(documents.c.key.desc())).first()
    if doomed is None:
        raise RuntimeError("there is nothing to delete")
    number = doomed.key.removeprefix("book-").removesuffix(".md")
    question = f"Handbook {number} Rule {number}.7"
    if doomed.id not in search(house, question):
        raise RuntimeError("the document was not found before it was deleted")
    begin = time.monotonic()
    house.platform.removals.remove_document(DocumentId(doomed.id))
    if doomed.id in search(house, question):
        raise RuntimeError("a deleted document was found")
    return time.monotonic() - begin


def rolled_back(house: House, embedder: DrawnEmbedder) -> dict[str, Any]:
    """Over documents that were replaced, and some that were deleted while those were taken in."""
    before = visible(house)
    snapshot = house.platform.snapshots.take(BASE, "manual", "before", "benchmark")
    for number in range(10, 10 + REPLACED):
        upload(house, number, 2)
    while_working = []
    for _ in range(DELETED):
        time.sleep(1)
        while_working.append(deleted(house))
    settled(house)
    embedder.away = True
    begin = time.monotonic()
    done = house.platform.rollback.to(snapshot or "", by="benchmark")
    seconds = time.monotonic() - begin
    if visible(house) != before:
        raise RuntimeError("the rollback did not bring back what was there")
    changed = len(done.diff.added) + len(done.diff.removed)
    return {
        "invisible_while_ingesting_s": max(while_working),
        "rollback_s": seconds,
        "rollback_passages": changed,
    }


def deleted_beside_a_commit(house: House) -> dict[str, Any]:
    """Deletions, one after another, from when a large document has its vectors until it is done."""
    settled(house)
    content = document(LARGE_NUMBER, 1, LARGE)
    house.platform.uploads.accept(BASE, "large.md", io.BytesIO(content))
    embedded = select(jobs.c.id).where(
        jobs.c.label == "large.md", jobs.c.stage == "embedding", jobs.c.done == jobs.c.total
    )
    while True:
        with house.platform.database.read() as connection:
            if connection.scalar(embedded):
                break
        time.sleep(0.05)
    begin, seconds = time.monotonic(), []
    while working(house) and len(seconds) < DELETED_BESIDE:
        seconds.append(deleted(house))
        time.sleep(2)
    settled(house)
    return {
        "commit_of_large_s": time.monotonic() - begin,
        "deleted_meanwhile": len(seconds),
        "invisible_while_committing_s": max(seconds),
    }


def child(folder: Path, passages: int | None, *, deletions: bool = False) -> None:
    embedder = DrawnEmbedder()
    models = Models(embedder, EchoGenerator(), None, ReadyModels(), "http://127.0.0.1:9/v1")
    settings = Settings(data_dir=folder)
    with (
        open_platform(settings, models=models) as house,
        served_aside(house, listen_anywhere()),
    ):
        print("open", flush=True)
        if deletions:
            result = deleted_beside_a_commit(house)
        else:
            result = measure(house, embedder) if passages is None else build(house, passages)
        print(json.dumps(result), flush=True)


def run(folder: Path, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.hundred_thousand", "--folder", str(folder)]
    command += ["--child", *more]
    begin = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None or process.stdout.readline() != "open\n":
            raise RuntimeError("the child did not open")
        start = time.monotonic() - begin
        return {"start_s": start, **json.loads(process.stdout.read())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int)
    parser.add_argument("--folder", type=Path, help="kept, and measured again when it is there")
    parser.add_argument("--deletions", action="store_true", help="only those beside a commit")
    parser.add_argument("--child", action="store_true")
    given = parser.parse_args()
    if given.child:
        child(given.folder, given.passages, deletions=given.deletions)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        if not (folder / "colophon.sqlite3").is_file():
            passages = str(given.passages or 100_000)
            print(json.dumps(run(folder, "--passages", passages), indent=1), flush=True)
        if not given.deletions:
            print(json.dumps(run(folder), indent=1), flush=True)
        print(json.dumps(run(folder, "--deletions"), indent=1))
    print("bars: memory 1000 MB, start 10 s, invisible 1 s, rollback 60 s, no complaints")


if __name__ == "__main__":
    main()
