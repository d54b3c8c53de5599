"""A knowledge base of 100,000 passages: memory, start, deletion and rollback.

    python -m benchmarks.hundred_thousand [--passages 100000] [--folder KEPT]

Real SQLite, DBOS, Chroma, Tantivy and sandboxed parsing; vectors of 384 numbers drawn by the
texts' hashes, because no bar here is about a model. Bars: app process <= 1 GB, start <= 10 s, a
deleted document invisible within 1 s, rollback over 10,000 changed passages <= 60 s without the
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from sqlalchemy import func, insert, select

from app.clock import utc_now
from app.house import House
from app.models.opening import Models
from app.settings import Settings
from app.wiring import open_platform
from retrieval.ports import EmbedderIdentity
from retrieval.tables import documents, jobs, knowledge_bases
from retrieval.types import DocumentId, KnowledgeBaseId, Scope, Vector
from tests.fakes import EchoGenerator, ReadyModels

BASE = KnowledgeBaseId("base")
DIMENSION = 384
SECTIONS = 500  # of a document, each long enough to be one passage
WORDS = 130  # of a section
REPLACED = 10  # documents: 5,000 passages die and 5,000 are born
SEARCHES = 100


@dataclass
class DrawnEmbedder:
    """A unit vector per text, always the same. `away` once nothing may be embedded any more."""

    away: bool = False
    passages: int = 0

    @property
    def identity(self) -> EmbedderIdentity:
        return EmbedderIdentity("drawn", "1", "mean", "float32", "", "", DIMENSION)

    def embed_question(self, question: str) -> Vector:
        return _drawn(question)

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        if self.away:
            raise RuntimeError("the embedder was asked during a rollback")
        self.passages += len(texts)
        return np.stack([_drawn(text) for text in texts])


def _drawn(text: str) -> Vector:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(DIMENSION, dtype=np.float32)
    unit: Vector = vector / np.linalg.norm(vector)
    return unit


def document(number: int, edition: int) -> bytes:
    choice = random.Random(number * 1_000 + edition)  # noqa: S311 - a load, not a secret
    words = [f"{stem}{ending}" for stem in STEMS for ending in ENDINGS]
    parts = [f"# Handbook {number}, edition {edition}"]
    for section in range(SECTIONS):
        text = " ".join(choice.choices(words, k=WORDS))
        parts += [f"## Rule {number}.{section}", f"{text} {number}-{section}-{edition}."]
    return "\n\n".join(parts).encode()


STEMS = ("travel", "expense", "machine", "contract", "training", "holiday", "server", "safety")
ENDINGS = ("", "s", "ing", "ed", "er", "able", "less", "ful", "ment", "ness", "ity", "al", "ous")


def settled(house: House) -> None:
    query = select(func.count()).where(jobs.c.state.in_(["queued", "running"]))
    while True:
        with house.platform.database.read() as connection:
            if not connection.scalar(query):
                return
        time.sleep(0.2)


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
    seconds = []
    for number in range(SEARCHES):
        begin = time.monotonic()
        search(house, f"Rule {number}.{number % SECTIONS} of travels and machines")
        seconds.append(time.monotonic() - begin)
    memory = psutil.Process().memory_info().rss
    return {
        "search_p50_ms": 1000 * float(np.percentile(seconds, 50)),
        "search_p95_ms": 1000 * float(np.percentile(seconds, 95)),
        "memory_mb": memory / 1e6,
        **deleted(house),
        **rolled_back(house, embedder),
        "memory_after_mb": psutil.Process().memory_info().rss / 1e6,
        "complaints": [f.detail for f in house.platform.doctor.examine() if not f.ok],
    }


def deleted(house: House) -> dict[str, Any]:
    query = select(documents.c.id).where(documents.c.key == "book-3.md")
    with house.platform.database.read() as connection:
        doomed = connection.scalars(query).one()
    question = "Handbook 3 Rule 3.7 3-7-1"
    if doomed not in search(house, question):
        raise RuntimeError("the document was not found before it was deleted")
    begin = time.monotonic()
    house.platform.removals.remove_document(DocumentId(doomed))
    called = time.monotonic() - begin
    if doomed in search(house, question):
        raise RuntimeError("a deleted document was found")
    return {"delete_s": called, "invisible_s": time.monotonic() - begin}


def rolled_back(house: House, embedder: DrawnEmbedder) -> dict[str, Any]:
    before = visible(house)
    snapshot = house.platform.snapshots.take(BASE, "manual", "before", "benchmark")
    for number in range(10, 10 + REPLACED):
        upload(house, number, 2)
    settled(house)
    embedder.away = True
    begin = time.monotonic()
    done = house.platform.rollback.to(snapshot or "", by="benchmark")
    seconds = time.monotonic() - begin
    if visible(house) != before:
        raise RuntimeError("the rollback did not bring back what was there")
    changed = len(done.diff.added) + len(done.diff.removed)
    return {"rollback_s": seconds, "rollback_passages": changed}


def child(folder: Path, passages: int | None) -> None:
    embedder = DrawnEmbedder()
    models = Models(embedder, EchoGenerator(), None, ReadyModels(), "http://127.0.0.1:9/v1")
    with open_platform(Settings(data_dir=folder), models=models) as house:
        print("open", flush=True)
        result = measure(house, embedder) if passages is None else build(house, passages)
        print(json.dumps(result), flush=True)


def run(folder: Path, passages: int | None) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.hundred_thousand", "--folder", str(folder)]
    command += ["--child"] if passages is None else ["--child", "--passages", str(passages)]
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
    parser.add_argument("--child", action="store_true")
    given = parser.parse_args()
    if given.child:
        child(given.folder, given.passages)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        if not (folder / "colophon.sqlite3").is_file():
            print(json.dumps(run(folder, given.passages or 100_000), indent=1), flush=True)
        print(json.dumps(run(folder, None), indent=1))
    print("bars: memory 1000 MB, start 10 s, invisible 1 s, rollback 60 s, no complaints")


if __name__ == "__main__":
    main()
