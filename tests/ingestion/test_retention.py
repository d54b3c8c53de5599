"""What is old and unnamed is forgotten, and nothing else is."""

import os
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from ingestion.history.retention import Forgotten
from retrieval.errors import NotFound
from retrieval.store.database import Database
from retrieval.tables import blocks, chunks, documents, revisions, vectors, versions, visibility
from tests.ingestion.past import DAYS, KEPT, Past, a_past
from tests.ingestion.shelf import BASE


@pytest.fixture
def past(either_database: Database, tmp_path: Path) -> Past:
    return a_past(either_database, tmp_path)


def count(past: Past, *tables: object) -> list[int]:
    with past.shelf.database.read() as connection:
        return [connection.scalar(select(func.count()).select_from(t)) or 0 for t in tables]


def prune(past: Past) -> Forgotten:
    """All files are an hour old by the test's clock; whatever is shown must stay in step."""
    shown = past.shelf.found("text rule")
    for path in past.shelf.blobs.root.glob("??/*"):
        os.utime(path, (0, 0))
    gone = past.retention.prune()
    assert past.shelf.found("text rule") == shown
    assert past.shelf.is_in_step()
    assert past.retention.prune() == Forgotten()
    return gone


def test_an_old_version_that_no_snapshot_shows_is_erased_with_all_that_was_its(
    past: Past,
) -> None:
    past.put("a.txt", "Text one.\n\nRule one.")
    past.put("a.txt", "Text two.")
    past.days_pass(DAYS + 1)
    past.put("b.txt", "Rule three.")
    # The state of the night at which the kept days begin is kept too.
    past.days_pass(DAYS + 1)
    gone = prune(past)
    assert gone == Forgotten(revisions=2, chunks=1, versions=1, vectors=1, originals=1)
    assert count(past, versions, chunks, vectors, blocks, visibility) == [2, 2, 2, 2, 2]


def test_a_snapshot_keeps_what_it_shows_and_lets_it_go_with_it(past: Past) -> None:
    past.put("a.txt", "Text one.")
    then = past.snapshot()
    past.put("a.txt", "Text two.")
    past.put("a.txt", "Text three.")
    past.days_pass(2 * DAYS)
    assert prune(past).versions == 1
    past.back_to(then)
    assert past.shelf.found("text") == ["Text one."]
    past.snapshots.remove(then)
    past.put("a.txt", "Text four.")
    past.days_pass(2 * DAYS)
    for _ in range(KEPT + 1):
        past.put("b.txt", f"Rule {_}.")
        past.snapshots.take(BASE, "nightly", "night")
    past.days_pass(2 * DAYS)
    assert prune(past).versions == 3
    assert past.shelf.found("text four")[0] == "Text four."


def test_recent_revisions_are_kept_with_the_one_before_them(past: Past) -> None:
    past.put("a.txt", "Text one.")
    past.put("a.txt", "Text two.")
    past.days_pass(DAYS + 1)
    past.put("a.txt", "Text three.")
    assert prune(past).revisions == 1
    with past.shelf.database.read() as connection:
        kept = list(connection.scalars(select(revisions.c.number).order_by(revisions.c.number)))
    assert kept == [2, 3]
    assert past.rollback.diff(BASE, 3, 2).added
    with pytest.raises(NotFound, match="Revision 1"):
        past.rollback.diff(BASE, 3, 1)


def test_a_deleted_document_goes_when_nothing_shows_it_any_more(past: Past) -> None:
    past.put("a.txt", "Text one.")
    past.remove("a.txt")
    prune(past)
    assert count(past, documents) == [1]
    past.put("b.txt", "Rule one.")
    past.days_pass(DAYS + 1)
    gone = prune(past)
    assert (gone.documents, gone.versions, gone.originals) == (1, 1, 1)
    assert list(past.listed()) == ["b.txt"]


def test_what_is_on_its_way_or_failed_is_left_alone(past: Past) -> None:
    waiting = past.shelf.put("a.txt", "Text one.")
    past.shelf.embedder.away = True
    past.put("b.txt", "Text two.")
    past.shelf.waiting.works.clear()
    past.days_pass(2 * DAYS)
    assert prune(past) == Forgotten()
    past.shelf.embedder.away = False
    past.shelf.intake.retry(waiting.document)
    past.shelf.work()
    assert past.listed()["a.txt"] == ("searchable", 1)


def test_chunks_of_an_index_that_is_built_beside_the_live_one_stay(past: Past) -> None:
    past.put("a.txt", "Text one.")
    with past.shelf.database.write() as connection:
        row = connection.execute(select(chunks)).one()
        beside = {**row._mapping, "id": "beside", "chunker": "another"}
        connection.execute(insert(chunks).values(**beside))
    past.days_pass(2 * DAYS)
    assert prune(past) == Forgotten()


def test_the_same_text_in_two_versions_keeps_its_vector(past: Past) -> None:
    past.put("a.txt", "Text one.")
    past.put("a.txt", "Text two.")
    past.put("a.txt", "Text one.")
    past.days_pass(DAYS + 1)
    past.put("b.txt", "Rule one.")
    past.days_pass(DAYS + 1)
    gone = prune(past)
    assert (gone.versions, gone.vectors) == (2, 1)
    assert past.shelf.blobs.is_intact(_live_blob(past))


def _live_blob(past: Past) -> str:
    query = select(versions.c.blob).join(documents, documents.c.live_version_id == versions.c.id)
    with past.shelf.database.read() as connection:
        return str(connection.scalar(query.where(documents.c.key == "a.txt")))


def test_bytes_that_were_just_stored_stay_until_somebody_knows_them(past: Past) -> None:
    past.put("a.txt", "Text one.")
    blob = _live_blob(past)
    with past.shelf.database.write() as connection:
        connection.execute(update(versions).values(blob="0" * 64))
    path = past.shelf.blobs.path(blob)
    soon = past.shelf.jobs.clock().timestamp()
    os.utime(path, (soon, soon))
    assert past.retention.prune().originals == 0
    os.utime(path, (0, 0))
    assert past.retention.prune().originals == 1
    assert not path.exists()


def test_a_vector_that_no_chunk_has_is_forgotten(past: Past) -> None:
    past.put("a.txt", "Text one.")
    with past.shelf.database.write() as connection:
        connection.execute(insert(vectors).values(embedder="e", text_sha256="0" * 64, data=b""))
    assert prune(past) == Forgotten(vectors=1)
