"""Vectors that are held follow what the live revision shows, whatever happened meanwhile."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import numpy as np
import pytest
from sqlalchemy import delete

from benchmarks.drawn_corpus import BASE, IDENTITY, NOW, DrawnCorpus
from retrieval.indexes.entries import Entries
from retrieval.indexes.nearest import NearestVectors
from retrieval.store.database import Database
from retrieval.store.revisions import commit, restore
from retrieval.store.vectors import VectorStore
from retrieval.tables import knowledge_bases, vectors, visibility
from retrieval.types import ChunkId, DocumentId, Vector

SIZE = 60  # chunks of six documents


@dataclass(frozen=True, slots=True)
class Slow(Entries):
    """Stands still while it reads vectors, until it may go on."""

    reading: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    def with_vectors(
        self, embedder: str, chunk_ids: Sequence[ChunkId]
    ) -> Iterator[tuple[list[ChunkId], Vector]]:
        self.reading.set()
        assert self.go_on.wait(10)
        return Entries.with_vectors(self, embedder, chunk_ids)


@pytest.fixture(scope="module")
def drawn() -> DrawnCorpus:
    return DrawnCorpus.of(SIZE)


@pytest.fixture
def database(drawn: DrawnCorpus, either_database: Database) -> Database:
    drawn.store(either_database)
    return either_database


@pytest.fixture
def nearest(database: Database) -> NearestVectors:
    return NearestVectors(Entries(database, VectorStore(database)))


def found(
    nearest: NearestVectors, drawn: DrawnCorpus, vector: Vector, limit: int = SIZE
) -> list[ChunkId]:
    hits = nearest.search(BASE, IDENTITY, vector, limit, frozenset(drawn.documents))
    assert hits is not None
    return [hit.chunk for hit in hits]


def commit_to(database: Database, *, born: list[ChunkId], died: list[ChunkId]) -> None:
    with database.write() as connection:
        commit(connection, BASE, born=born, died=died, reason="test", now=NOW)


def test_of_one_document_the_nearest_come_first(
    nearest: NearestVectors, drawn: DrawnCorpus
) -> None:
    vector = drawn.vectors[7]
    hits = nearest.search(BASE, IDENTITY, vector, 3, {drawn.documents[0]})
    assert hits is not None
    order = np.argsort(-(drawn.vectors[:10] @ vector))[:3]
    assert [hit.chunk for hit in hits] == [drawn.chunk(int(n)) for n in order]
    assert hits[0].score == pytest.approx(1.0, abs=1e-5)
    assert nearest.search(BASE, IDENTITY, vector, 3, {DocumentId("another")}) == []


def test_a_commit_and_a_rollback_are_followed(
    nearest: NearestVectors, drawn: DrawnCorpus, database: Database
) -> None:
    vector, chunk = drawn.vectors[3], drawn.chunk(3)
    assert found(nearest, drawn, vector)[0] == chunk
    commit_to(database, born=[], died=[chunk])
    assert chunk not in found(nearest, drawn, vector)
    with database.write() as connection:
        restore(connection, BASE, 1, reason="back", now=NOW)
    assert found(nearest, drawn, vector)[0] == chunk
    assert len(found(nearest, drawn, vector)) == SIZE


def test_what_was_erased_without_a_trace_is_not_found(
    nearest: NearestVectors, drawn: DrawnCorpus, database: Database
) -> None:
    vector, chunk = drawn.vectors[3], drawn.chunk(3)
    assert found(nearest, drawn, vector)[0] == chunk
    commit_to(database, born=[], died=[chunk])
    with database.write() as connection:
        connection.execute(delete(visibility).where(visibility.c.chunk_id == chunk))
    assert found(nearest, drawn, vector) == found(nearest, drawn, vector, SIZE - 1)
    assert chunk not in found(nearest, drawn, vector)


def test_a_vector_that_is_made_later_is_found_then(
    nearest: NearestVectors, drawn: DrawnCorpus, database: Database
) -> None:
    store = VectorStore(database)
    digest = Entries(database, store).digests([drawn.chunk(3)])[drawn.chunk(3)]
    with database.write() as connection:
        connection.execute(delete(vectors).where(vectors.c.text_sha256 == digest))
    assert drawn.chunk(3) not in found(nearest, drawn, drawn.vectors[3])
    store.save(IDENTITY.key, {digest: drawn.vectors[3]})
    assert found(nearest, drawn, drawn.vectors[3])[0] == drawn.chunk(3)


def test_what_takes_too_much_room_is_left_to_the_index_of_all(
    drawn: DrawnCorpus, database: Database
) -> None:
    entries = Entries(database, VectorStore(database))
    small = NearestVectors(entries, room=1000)
    within = frozenset(drawn.documents)
    assert small.search(BASE, IDENTITY, drawn.vectors[0], 5, within) is None
    assert small.search(BASE, IDENTITY, drawn.vectors[0], 5, within) is None


def test_a_removed_knowledge_base_holds_nothing(
    nearest: NearestVectors, drawn: DrawnCorpus, database: Database
) -> None:
    assert found(nearest, drawn, drawn.vectors[0])
    with database.write() as connection:
        connection.execute(delete(visibility))
        connection.execute(delete(knowledge_bases))
    assert found(nearest, drawn, drawn.vectors[0]) == []


def test_of_all_documents_the_nearest_come_first(
    nearest: NearestVectors, drawn: DrawnCorpus
) -> None:
    hits = nearest.search(BASE, IDENTITY, drawn.vectors[7], SIZE, None)
    assert hits is not None
    assert [hit.chunk for hit in hits] == found(nearest, drawn, drawn.vectors[7])


def test_nobody_waits_while_another_reads_the_vectors(
    drawn: DrawnCorpus, database: Database
) -> None:
    entries = Slow(database, VectorStore(database))
    nearest = NearestVectors(entries)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(nearest.search, BASE, IDENTITY, drawn.vectors[0], 5, None)
        assert entries.reading.wait(10)
        assert nearest.search(BASE, IDENTITY, drawn.vectors[0], 5, None) is None
        entries.go_on.set()
        assert first.result(10) is not None
