"""SQL is the truth: whatever happens to the two indexes, `sync` makes them show what it shows."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from retrieval.errors import NotFound
from retrieval.lexical.memory import MemoryLexicalIndexes
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.store.revisions import commit
from retrieval.tables import chunks, knowledge_bases, revisions, vectors, visibility
from retrieval.types import ChunkId, KnowledgeBaseId, Scope
from tests.ingestion.shelf import BASE, Shelf, Ticking, a_shelf


@pytest.fixture
def shelf(either_database: Database, tmp_path: Path) -> Shelf:
    shelf = a_shelf(either_database, tmp_path)
    for name, text in (("a.txt", "Leave takes days."), ("b.txt", "Trains take hours.")):
        shelf.put(name, text)
    shelf.work()
    return shelf


def _ids(shelf: Shelf) -> list[ChunkId]:
    return sorted(shelf.index.corpus.visible_ids(BASE))


def test_lost_indexes_are_rebuilt_without_a_model(shelf: Shelf) -> None:
    embedded = len(shelf.embedder.embedded)
    shelf.index.drop(BASE)
    assert len(shelf.index.compare(BASE).missing_dense) == 2
    shelf.index.sync(BASE)
    assert shelf.is_in_step()
    assert shelf.found("leave days")[0] == "Leave takes days."
    assert len(shelf.embedder.embedded) == embedded


def test_dead_entries_are_never_shown_and_are_swept(shelf: Shelf) -> None:
    [first, _] = _ids(shelf)
    with shelf.database.write() as connection:
        commit(connection, BASE, born=[], died=[first], reason="test", now=Ticking()())
    assert first not in _ids(shelf)
    assert shelf.index.compare(BASE).dead_dense == {first}
    shelf.index.sync(BASE)
    assert shelf.is_in_step()


def test_of_hits_that_were_not_shown_only_the_dead_are_swept(shelf: Shelf) -> None:
    [first, second] = _ids(shelf)
    with shelf.database.write() as connection:
        commit(connection, BASE, born=[], died=[first], reason="test", now=Ticking()())
    shelf.index.sweep(BASE, [first, second])
    assert shelf.is_in_step()
    assert _ids(shelf) == [second]


def test_what_died_leaves_at_once_or_when_nobody_changes_anything(shelf: Shelf) -> None:
    [first, second] = _ids(shelf)
    for died in (first, second):
        with shelf.database.write() as connection:
            commit(connection, BASE, born=[], died=[died], reason="test", now=Ticking()())
    assert shelf.index.leave(BASE, [first])
    words = shelf.index.lexical.open(BASE)
    assert words.ids() == {second}
    with shelf.index.changing(), ThreadPoolExecutor(1) as other:
        assert not other.submit(shelf.index.leave, BASE, [second]).result(10)
    assert words.ids() == {second}
    shelf.index.let_leave()
    assert words.ids() == frozenset()


def test_what_lives_again_does_not_leave(shelf: Shelf) -> None:
    [first, _] = _ids(shelf)
    with shelf.index.changing(), ThreadPoolExecutor(1) as other:
        other.submit(shelf.index.leave, BASE, [first]).result(10)
    shelf.index.let_leave()
    assert shelf.is_in_step()


def test_a_sweep_of_a_knowledge_base_that_is_gone_makes_no_index_for_it(shelf: Shelf) -> None:
    [first, _] = _ids(shelf)
    shelf.removal.remove_knowledge_base(BASE)
    opened = MemoryLexicalIndexes()
    replace(shelf.index, lexical=opened).sweep(BASE, [first])
    assert opened == MemoryLexicalIndexes()


def test_nobody_who_changes_something_waits_for_a_sync_that_has_nothing_to_do(shelf: Shelf) -> None:
    synced = threading.Thread(target=shelf.index.sync, args=(BASE,))
    with shelf.index.changing():
        synced.start()
        synced.join(10)
        assert not synced.is_alive()


def test_a_missing_vector_is_told_and_the_rest_still_works(shelf: Shelf) -> None:
    with shelf.database.write() as connection:
        digest = connection.scalar(select(chunks.c.embedded_sha256).limit(1))
        connection.execute(delete(vectors).where(vectors.c.text_sha256 == digest))
    difference = shelf.index.compare(BASE)
    assert len(difference.without_vector) == 1
    assert not difference.is_empty


def test_only_what_the_scope_may_read_is_visible(shelf: Shelf) -> None:
    corpus: Corpus = shelf.index.corpus
    assert corpus.visible(_ids(shelf), Scope(frozenset())) == {}
    assert corpus.visible(_ids(shelf), Scope(frozenset({KnowledgeBaseId("other")}))) == {}
    assert len(corpus.visible(_ids(shelf), Scope(frozenset({BASE})))) == 2


def test_a_commit_that_changes_nothing_makes_no_revision(shelf: Shelf) -> None:
    with shelf.database.write() as connection:
        before = connection.scalar(select(knowledge_bases.c.live_revision))
        number = commit(
            connection, BASE, born=_ids(shelf), died=[], reason="again", now=Ticking()()
        )
    assert number == before


def test_each_commit_is_one_revision_with_its_reason(shelf: Shelf) -> None:
    with shelf.database.read() as connection:
        reasons = list(connection.scalars(select(revisions.c.reason).order_by(revisions.c.number)))
    assert reasons == ["a.txt, version 1", "b.txt, version 1"]


def test_a_chunk_that_died_can_be_born_again(shelf: Shelf) -> None:
    [first, _] = _ids(shelf)
    for born, died in (([], [first]), ([first], [])):
        with shelf.database.write() as connection:
            commit(connection, BASE, born=born, died=died, reason="test", now=Ticking()())
    assert first in _ids(shelf)
    with shelf.database.read() as connection:
        rows = connection.execute(select(visibility).where(visibility.c.chunk_id == first))
        assert len(rows.all()) == 2


def test_a_pointer_set_back_shows_the_past(shelf: Shelf) -> None:
    with shelf.database.write() as connection:
        connection.execute(update(knowledge_bases).values(live_revision=1))
    assert len(_ids(shelf)) == 1


def test_a_commit_into_nothing_is_refused(shelf: Shelf) -> None:
    gone = KnowledgeBaseId("gone")
    with shelf.database.write() as connection, pytest.raises(NotFound):
        commit(connection, gone, born=[], died=[], reason="test", now=Ticking()())
