"""A deleted document is gone at once, whatever else is being committed at that moment."""

import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update

from retrieval.store.database import Database
from retrieval.store.revisions import hold
from retrieval.tables import documents, jobs
from retrieval.types import ChunkId, DocumentId
from tests.ingestion.listed import PlainTexts
from tests.ingestion.meanwhile import beside, watched
from tests.ingestion.past import Past, a_past
from tests.ingestion.shelf import BASE, Shelf, a_shelf

PATIENCE = 20.0  # seconds


def plain(shelf: Shelf) -> Shelf:
    shelf.pipeline = replace(shelf.pipeline, parser=PlainTexts(shelf.blobs))
    return shelf


@pytest.fixture
def shelf(either_database: Database, tmp_path: Path) -> Shelf:
    return plain(a_shelf(either_database, tmp_path))


@pytest.fixture
def postgres_shelf(postgres: Database, tmp_path: Path) -> Shelf:
    return plain(a_shelf(postgres, tmp_path))


@pytest.fixture
def past(either_database: Database, tmp_path: Path) -> Past:
    return a_past(either_database, tmp_path)


def entries(shelf: Shelf) -> frozenset[ChunkId]:
    """What either index holds, without a look that would mend it."""
    dense = shelf.index.dense.open(BASE, shelf.embedder.identity)
    return shelf.index.lexical.open(BASE).ids() | dense.ids()


def visible(shelf: Shelf) -> frozenset[ChunkId]:
    return shelf.index.corpus.visible_ids(BASE)


def errors(shelf: Shelf) -> list[str | None]:
    with shelf.database.read() as connection:
        return list(connection.scalars(select(jobs.c.error).order_by(jobs.c.created_at)))


def until_somebody_waits(connection: Connection) -> None:
    """For a row that this connection has locked."""
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    end = time.monotonic() + PATIENCE
    while not connection.scalar(query):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_it_is_gone_at_once_while_another_document_is_committed(shelf: Shelf) -> None:
    lunch = shelf.put("lunch.txt", "Lunch is served at noon.").document
    shelf.work()
    shelf.put("large.txt", "Leave takes twenty-six days.")
    seen: list[list[str]] = []
    asked_to_wait: list[bool] = []
    shelf.removal = replace(shelf.removal, let_leave_soon=partial(asked_to_wait.append, True))
    planned = watched(shelf)
    planned.append(lambda: shelf.removal.remove_document(lunch))
    planned.append(lambda: seen.append(shelf.found("lunch noon")))
    shelf.work()
    assert seen == [[]]
    assert planned == []
    assert shelf.job_states() == ["done", "done"]
    # Its entries go when the commit is over, by whoever could wait for that.
    assert asked_to_wait == [True]
    assert entries(shelf) > visible(shelf)
    shelf.index.let_leave()
    assert entries(shelf) == visible(shelf)


def test_whoever_compares_the_indexes_finds_nothing_dead_of_it(shelf: Shelf) -> None:
    lunch = shelf.put("lunch.txt", "Lunch is served at noon.").document
    shelf.work()
    shelf.put("large.txt", "Leave takes twenty-six days.")
    watched(shelf).append(lambda: shelf.removal.remove_document(lunch))
    shelf.work()
    assert shelf.is_in_step()
    assert entries(shelf) == visible(shelf)


def test_the_very_document_that_is_committed_leaves_nothing_behind(shelf: Shelf) -> None:
    leave = shelf.put("leave.txt", "Leave takes twenty-six days.").document
    watched(shelf).append(lambda: shelf.removal.remove_document(leave))
    shelf.work()
    assert shelf.job_states() == ["failed"]
    assert errors(shelf) == ["This document does not exist."]
    assert shelf.states() == {}
    assert shelf.found("leave days") == []
    assert entries(shelf) == frozenset()


def test_a_new_version_that_is_committed_takes_the_old_one_along(shelf: Shelf) -> None:
    leave = shelf.put("leave.txt", "Leave takes twenty days.").document
    shelf.work()
    shelf.put("leave.txt", "Leave takes thirty days.")
    planned = watched(shelf)
    planned.append(lambda: shelf.removal.remove_document(leave))
    planned.append(lambda: shelf.found("leave days"))
    shelf.work()
    assert shelf.job_states() == ["done", "failed"]
    assert shelf.found("leave days") == []
    shelf.index.let_leave()
    assert entries(shelf) == frozenset()


def test_many_are_gone_at_once_too(shelf: Shelf) -> None:
    names = [shelf.put(f"{name}.txt", f"Rule {name}.").document for name in ("a", "b", "c")]
    shelf.work()
    shelf.put("large.txt", "Leave takes twenty-six days.")
    noted: list[DocumentId] = []
    planned = watched(shelf)
    planned.append(
        lambda: shelf.removal.remove_documents(
            [*reversed(names), names[0], DocumentId("never was")],
            reason="test",
            noted=lambda _connection, gone: noted.extend(gone),
        )
    )
    shelf.work()
    assert sorted(noted) == sorted(names)
    assert not any("Rule" in found for found in shelf.found("rule"))
    assert list(shelf.states()) == ["large.txt"]
    assert shelf.is_in_step()


def test_what_is_deleted_during_a_rollback_to_before_comes_back_whole(past: Past) -> None:
    kept = past.put("kept.txt", "Trains take two hours.")
    past.put("gone.txt", "Lunch is at noon.")
    then = past.snapshot()
    past.remove("gone.txt")
    planned = watched(past.shelf)
    past.rollback = replace(past.rollback, index=past.shelf.index)
    planned.append(lambda: past.shelf.removal.remove_document(kept))
    done = past.rollback.to(then, "ada")
    assert planned == []
    assert {change.title for change in done.diff.documents} == {"kept.txt", "gone.txt"}
    past.shelf.index.let_leave()
    assert entries(past.shelf) == visible(past.shelf)
    assert past.shelf.found("trains hours")[0] == "Trains take two hours."


def test_a_removal_and_a_rollback_of_the_same_document_do_not_wait_for_each_other(
    postgres_shelf: Shelf,
) -> None:
    """PostgreSQL locks row by row: who waits for the knowledge base must hold nothing of it."""
    shelf = postgres_shelf
    leave = shelf.put("leave.txt", "Leave takes twenty days.").document
    shelf.work()
    with shelf.database.write() as connection:
        hold(connection, BASE)
        removing = beside(partial(shelf.removal.remove_document, leave))
        until_somebody_waits(connection)
        connection.execute(update(documents).where(documents.c.id == leave).values(error=None))
        connection.execute(update(jobs).where(jobs.c.document_id == leave).values(error=None))
    removing()
    assert shelf.states() == {}


def test_progress_and_a_removal_do_not_wait_for_each_other(postgres_shelf: Shelf) -> None:
    shelf = postgres_shelf
    leave = shelf.put("leave.txt", "Leave takes twenty days.").document
    [work] = shelf.waiting.works
    with shelf.database.write() as connection:
        connection.execute(update(documents).where(documents.c.id == leave).values(error=None))
        telling = beside(partial(shelf.jobs.advance, work.id, "parsing", 1, 2))
        until_somebody_waits(connection)
        connection.execute(update(jobs).where(jobs.c.id == work.id).values(error=None))
    telling()


def test_an_upload_during_the_removal_of_its_namesake_is_a_new_document(
    postgres_shelf: Shelf,
) -> None:
    shelf = postgres_shelf
    leave = shelf.put("leave.txt", "Leave takes twenty days.").document
    shelf.work()
    uploads = []

    def upload(connection: Connection, _gone: list[DocumentId]) -> None:
        uploads.append(beside(partial(shelf.put, "leave.txt", "Leave takes thirty days.")))
        until_somebody_waits(connection)

    shelf.removal.remove_documents([leave], reason="test", noted=upload)
    uploads[0]()
    shelf.work()
    assert shelf.found("leave days") == ["Leave takes thirty days."]
    assert shelf.is_in_step()
