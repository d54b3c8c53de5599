"""What the next index lacks is made: chunks out of stored blocks, vectors of texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from ingestion import chunk_rows, records
from ingestion.making import Maker
from retrieval.indexes.candidate import Candidate
from retrieval.store.corpus import Corpus, batches
from retrieval.tables import chunks, documents, versions
from retrieval.types import ChunkId, VersionId

Progress = Callable[[str, int, int], None]  # stage, done, total


@dataclass(frozen=True, slots=True)
class Building:
    """Every part may run again: what is there already is not made twice."""

    corpus: Corpus
    maker: Maker

    def complete(self, candidate: Candidate, tell: Progress) -> int:
        """Makes what is missing now; returns how many texts were embedded.

        Raises: Unavailable, Overloaded while the embedder does not answer.
        """
        if candidate.has_new_chunks:
            self._chunk(candidate, tell)
        return self._embed(candidate.lacks_vectors(), tell)

    def _chunk(self, candidate: Candidate, tell: Progress) -> None:
        with self.corpus.database.read() as connection:
            waiting = _versions_without_chunks(connection, candidate)
        for done, version in enumerate(waiting):
            tell("chunking", done, len(waiting))
            self._chunk_version(candidate, version)

    def _chunk_version(self, candidate: Candidate, version_id: VersionId) -> None:
        with self.corpus.database.read() as connection:
            version = records.version(connection, version_id)
            title = connection.scalar(select(versions.c.title).where(versions.c.id == version_id))
        if version is None:
            return  # purged meanwhile
        pieces = self.maker.chunker.chunk(title or "", self.corpus.blocks(version_id))
        with self.corpus.database.write() as connection:
            if records.version(connection, version_id) is not None:
                base, chunker = candidate.knowledge_base, candidate.wanted.chunker
                chunk_rows.keep_chunks(connection, base, version, pieces, chunker)

    def _embed(self, lacking: Sequence[ChunkId], tell: Progress) -> int:
        computed, done = 0, 0
        for batch in batches(lacking):

            def told(part: int, _total: int, before: int = done) -> None:
                tell("embedding", before + part, len(lacking))

            with self.corpus.database.read() as connection:
                texts = chunk_rows.texts(connection, batch)
            computed += self.maker.vectors.embed(texts, told)
            done += len(batch)
        return computed


def _versions_without_chunks(connection: Connection, candidate: Candidate) -> list[VersionId]:
    made = exists().where(
        chunks.c.version_id == documents.c.live_version_id,
        chunks.c.chunker == candidate.wanted.chunker,
    )
    query = (
        select(documents.c.live_version_id)
        .where(
            documents.c.knowledge_base_id == candidate.knowledge_base,
            documents.c.live_version_id.is_not(None),
            documents.c.deleted_at.is_(None),
            ~made,
        )
        .order_by(documents.c.id)
    )
    return [VersionId(version) for version in connection.scalars(query)]
