"""How long going back, proving and erasing take: `python -m benchmarks.history [CHUNKS] [CHANGED]`.

Real SQLite, Tantivy and Chroma; random unit vectors of 384 numbers, so that no model is in the way.
Prints one JSON object: seconds, and megabytes of memory at the peak.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from sqlalchemy import insert, update

from app.care.gone import Gone
from app.clock import utc_now
from app.migrations import upgrade
from app.tokens import new_id
from ingestion.blobs import Blobs
from ingestion.history.purge import Purge
from ingestion.history.rollback import Rollback
from ingestion.history.snapshots import Snapshots
from retrieval.dense.chroma import ChromaIndexes
from retrieval.indexes.index import Index
from retrieval.lexical.tantivy import TantivyIndexes
from retrieval.ports import EmbedderIdentity
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.store.live import BuiltWith, claim
from retrieval.store.revisions import commit
from retrieval.store.vectors import VectorStore
from retrieval.tables import chunks, documents, knowledge_bases, versions
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId

BASE = KnowledgeBaseId("base")
IDENTITY = EmbedderIdentity("random", "1", "mean", "float32", "", "", 384)
PER_DOCUMENT = 50
WORDS = [f"word{number}" for number in range(5000)]


class NoAnswers:
    def erase(self, _connection: object, _documents: Sequence[DocumentId]) -> int:
        return 0


def text_of(generator: np.random.Generator, name: str) -> str:
    return f"{name} " + " ".join(WORDS[i] for i in generator.integers(0, len(WORDS), 60))


def fill(index: Index, generator: np.random.Generator, first: int, count: int) -> list[ChunkId]:
    """`count` chunks in documents of fifty, stored but not visible."""
    database, made = index.corpus.database, []
    for start in range(first, first + count, PER_DOCUMENT):
        document, version = f"d{start}", f"v{start}"
        texts = [text_of(generator, f"{start}-{n}") for n in range(PER_DOCUMENT)]
        digests = [sha256(text.encode()).hexdigest() for text in texts]
        place = {"knowledge_base_id": BASE, "document_id": document, "version_id": version}
        rest = {"context": "", "headings": [], "first_block": 0, "last_block": 0, "chunker": "c"}
        now = utc_now()
        with database.write() as connection:
            connection.execute(
                insert(documents).values(
                    id=document,
                    knowledge_base_id=BASE,
                    key=document,
                    title=document,
                    state="searchable",
                    live_version_id=version,
                    created_at=now,
                    updated_at=now,
                )
            )
            connection.execute(
                insert(versions).values(
                    id=version,
                    document_id=document,
                    number=1,
                    filename=document,
                    media_type="text/plain",
                    size=1,
                    blob=sha256(document.encode()).hexdigest(),
                    created_at=now,
                )
            )
            connection.execute(
                insert(chunks),
                [
                    {"id": digest[:32], "ordinal": n, "text": text, "embedded_sha256": digest}
                    | place
                    | rest
                    for n, (text, digest) in enumerate(zip(texts, digests, strict=True))
                ],
            )
        vectors = generator.normal(size=(PER_DOCUMENT, 384)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        index.vectors.save(IDENTITY.key, dict(zip(digests, vectors, strict=True)))
        made += [ChunkId(digest[:32]) for digest in digests]
    return made


def show(index: Index, born: Sequence[ChunkId], died: Sequence[ChunkId]) -> None:
    with index.changing():
        index.add(BASE, born)
        with index.corpus.database.write() as connection:
            commit(connection, BASE, born=born, died=died, reason="filled", now=utc_now())
            claim(connection, BASE, BuiltWith(IDENTITY.key, "c"))
        index.remove(BASE, died)


def timed(deed: Callable[[], object]) -> float:
    start = time.perf_counter()
    deed()
    return round(time.perf_counter() - start, 2)


def measured(root: Path, total: int, changed: int) -> dict[str, object]:
    """Half of what changes was added since, half was removed."""
    database = Database.open(f"sqlite:///{root / 'colophon.sqlite3'}")
    upgrade(database)
    with database.write() as connection:
        connection.execute(
            insert(knowledge_bases).values(id=BASE, name="Base", created_at=utc_now())
        )
    dense, words = ChromaIndexes(root / "vectors"), TantivyIndexes(root / "words")
    index = Index(Corpus(database), VectorStore(database), words, dense, IDENTITY)
    generator, half = np.random.default_rng(7), changed // 2
    snapshots = Snapshots(database, 14, new_id, utc_now)
    rollback = Rollback(database, index, snapshots, utc_now)
    blobs = Blobs(root / "blobs")
    first = fill(index, generator, 0, total)
    filling = timed(lambda: show(index, first, []))
    then = str(snapshots.take(BASE, "manual", "then"))
    more = fill(index, generator, total, half)
    show(index, more, first[:half])
    with database.write() as connection:
        gone = [f"d{start}" for start in range(0, half, PER_DOCUMENT)]
        connection.execute(
            update(documents)
            .where(documents.c.id.in_(gone))
            .values(state="deleted", deleted_at=utc_now())
        )
    figures: dict[str, object] = {"chunks": total, "changed": changed, "indexing_s": filling}
    figures["preview_s"] = timed(lambda: rollback.preview(then))
    figures["rollback_s"] = timed(lambda: rollback.to(then))
    figures["in_step"] = index.compare(BASE).is_empty
    purge = Purge(database, blobs, index, NoAnswers(), utc_now)
    figures["purge_s"] = timed(lambda: purge.purge(DocumentId("d0")))
    proof = Gone(database, index, blobs, root)
    figures["proof_s"] = timed(lambda: proof.look("0-7 is what nobody says"))
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    dense.close()
    database.close()
    return figures


def main() -> None:
    given = [int(word) for word in sys.argv[1:]]
    total, changed = (*given, 100_000, 10_000)[:2] if len(given) != 1 else (given[0], 10_000)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measured(Path(folder), total, changed), indent=2))


if __name__ == "__main__":
    main()
