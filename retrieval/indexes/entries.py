"""What goes into the indexes, read from SQL: words of chunks, and their stored vectors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select

from retrieval.ports import LexicalEntry, LexicalIndex, VectorIndex
from retrieval.store.corpus import batches
from retrieval.store.database import Database
from retrieval.store.vectors import VectorStore
from retrieval.tables import chunks, versions
from retrieval.types import ChunkId, DocumentId, Vector


@dataclass(frozen=True, slots=True)
class Entries:
    database: Database
    vectors: VectorStore

    def fill_words(self, index: LexicalIndex, chunk_ids: Sequence[ChunkId]) -> None:
        entries = list(self.words(chunk_ids))
        if entries:
            index.add(entries)

    def words(self, chunk_ids: Sequence[ChunkId]) -> Iterator[LexicalEntry]:
        # The title of the chunk's own version: the document still has that of the one before.
        title = func.coalesce(versions.c.title, versions.c.filename).label("title")
        query = select(
            chunks.c.id, chunks.c.text, chunks.c.headings, title, chunks.c.document_id
        ).join(versions, versions.c.id == chunks.c.version_id)
        for batch in batches(chunk_ids):
            with self.database.read() as connection:
                rows = connection.execute(query.where(chunks.c.id.in_(batch))).all()
            for row in rows:
                headings, document = " ".join(row.headings), DocumentId(row.document_id)
                yield LexicalEntry(ChunkId(row.id), row.text, row.title, headings, document)

    def fill_vectors(self, index: VectorIndex, embedder: str, chunk_ids: Sequence[ChunkId]) -> None:
        """Those that have a vector of this embedder (`EmbedderIdentity.key`)."""
        for present, vectors in self.with_vectors(embedder, chunk_ids):
            index.add(present, vectors)

    def with_vectors(
        self, embedder: str, chunk_ids: Sequence[ChunkId]
    ) -> Iterator[tuple[list[ChunkId], Vector]]:
        """In batches, those that have a vector of this embedder, with it."""
        for batch in batches(chunk_ids):
            digests = self.digests(batch)
            stored = self.vectors.load(embedder, list(digests.values()))
            present = [chunk for chunk in batch if digests.get(chunk) in stored]
            if present:
                yield present, np.stack([stored[digests[chunk]] for chunk in present])

    def with_vector(self, embedder: str, chunk_ids: Sequence[ChunkId]) -> frozenset[ChunkId]:
        """Those of the chunks that have a vector of this embedder."""
        found: set[ChunkId] = set()
        for batch in batches(chunk_ids):
            digests = self.digests(batch)
            known = self.vectors.known(embedder, list(digests.values()))
            found.update(chunk for chunk, digest in digests.items() if digest in known)
        return frozenset(found)

    def digests(self, chunk_ids: Sequence[ChunkId]) -> dict[ChunkId, str]:
        """Names of their texts among the stored vectors."""
        query = select(chunks.c.id, chunks.c.embedded_sha256).where(chunks.c.id.in_(chunk_ids))
        with self.database.read() as connection:
            return {ChunkId(row.id): row.embedded_sha256 for row in connection.execute(query)}
