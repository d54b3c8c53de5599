"""Checks beyond comparing ids: originals, self-retrieval, jobs and purges that stand still."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, select

from app.care.finding import REPAIR, Finding
from ingestion.blobs import Blobs
from ingestion.history.erasure import PURGING
from ingestion.history.purge import Purge
from retrieval.indexes.index import SAME, Index
from retrieval.store.database import Database
from retrieval.tables import chunks, documents, jobs, versions
from retrieval.text.tokens import terms
from retrieval.types import ChunkId, KnowledgeBase

T = TypeVar("T")
READ = 200  # originals whose bytes are compared, unless all are wanted
PROBED = 20  # passages of a knowledge base that must find themselves
AMONG = 10  # the keyword search's first: a longer passage may hold all words of a shorter one
STILL = timedelta(hours=24)  # since a job that is not finished last said something
NAMED = 5  # in a sentence


@dataclass(frozen=True, slots=True)
class Checks:
    database: Database
    index: Index
    blobs: Blobs
    purge: Purge
    clock: Callable[[], datetime]

    def originals(self, *, deep: bool) -> Finding:
        """All must be there; of many, only some are read, unless `deep`."""
        query = (
            select(versions.c.blob, versions.c.filename)
            .join(documents, documents.c.id == versions.c.document_id)
            .where(documents.c.deleted_at.is_(None))
            .order_by(versions.c.blob)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        missing = [row.filename for row in rows if not self.blobs.path(row.blob).is_file()]
        read = rows if deep else sampled(rows, READ)
        damaged = [row.filename for row in read if not self.blobs.is_intact(row.blob)]
        broken = sorted({*missing, *damaged})
        if broken:
            named = ", ".join(broken[:NAMED])
            detail = f"{len(broken)} originals are missing or damaged: {named}"
            return Finding("originals", False, detail, "upload them again")
        if len(read) < len(rows):
            detail = f"{len(rows)} files are there, {len(read)} were read: every byte as stored"
            return Finding("originals", True, detail)
        return Finding("originals", True, f"{len(rows)} files, every byte as stored")

    def leftovers(self) -> Finding:
        """Originals that no version has. An upload that is being written down has none yet."""
        with self.database.read() as connection:
            used = set(connection.scalars(select(versions.c.blob)))
        count = sum(name not in used for name in self.blobs.names())
        detail = f"{count} that no document has; they go with the next night" if count else "none"
        return Finding("left over", True, detail)

    def probes(self, base: KnowledgeBase) -> Finding:
        """Some passages must find themselves: by their vector first, by their words among the
        first. Raises: Unavailable for an index that cannot be read.
        """
        name = f"self-retrieval: {base.name}"
        asked = sampled(sorted(self.index.corpus.visible_ids(base.id)), PROBED)
        lost = [chunk for chunk in asked if not self._finds_itself(base, chunk)]
        if lost:
            detail = f"{len(lost)} of {len(asked)} passages do not find themselves"
            return Finding(name, False, detail, REPAIR)
        return Finding(name, True, f"{len(asked)} of {len(asked)} passages find themselves")

    def still(self) -> Finding:
        query = (
            select(jobs.c.label)
            .where(jobs.c.state.in_(["queued", "running"]))
            .where(jobs.c.updated_at < self.clock() - STILL)
        )
        with self.database.read() as connection:
            labels = list(connection.scalars(query))
        if labels:
            detail = f"{len(labels)} have said nothing for a day: {', '.join(labels[:NAMED])}"
            return Finding("jobs", False, detail, "restart Colophon")
        return Finding("jobs", True, "none stands still")

    def purges(self) -> Finding:
        query = select(func.count()).where(documents.c.state == PURGING)
        with self.database.read() as connection:
            count = connection.scalar(query)
        if count:
            return Finding("purges", False, f"{count} are not finished", REPAIR)
        return Finding("purges", True, "all finished")

    def _finds_itself(self, base: KnowledgeBase, chunk: ChunkId) -> bool:
        query = select(chunks.c.text, chunks.c.embedded_sha256).where(chunks.c.id == chunk)
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return True  # removed since
        found = {hit.chunk for hit in self.index.lexical.open(base.id).search(row.text, AMONG)}
        embedder = self.index.embedder_of(base.id)
        vector = self.index.vectors.load(embedder.key, [row.embedded_sha256])
        has_words = bool(terms(row.text))
        by_words = not has_words or chunk in found or self._same_text(found, row.text)
        if row.embedded_sha256 not in vector:
            return by_words  # told where vectors are counted
        nearest = self.index.dense.open(base.id, embedder).search(vector[row.embedded_sha256], 1)
        return by_words and bool(nearest) and nearest[0].score >= SAME

    def _same_text(self, found: set[ChunkId], text: str) -> bool:
        """Many passages may say the same; then any of them will do."""
        query = select(chunks.c.id).where(chunks.c.id.in_(sorted(found)), chunks.c.text == text)
        with self.database.read() as connection:
            return connection.scalar(query.limit(1)) is not None


def sampled(items: Sequence[T], count: int) -> list[T]:
    """At most so many of them, from all over."""
    step = len(items) // count + 1
    return list(items[::step])
