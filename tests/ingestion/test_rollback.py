"""Going back: the same passages, the same documents, no model asked, and a way back again."""

from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from retrieval.errors import NotFound
from retrieval.history_tables import snapshots
from retrieval.store.database import Database
from retrieval.tables import documents, knowledge_bases, sources, vectors, versions
from retrieval.types import KnowledgeBaseId
from tests.ingestion.past import KEPT, Past, a_past
from tests.ingestion.shelf import BASE, Ticking


@pytest.fixture
def past(either_database: Database, tmp_path: Path) -> Past:
    return a_past(either_database, tmp_path)


def test_what_was_replaced_removed_and_added_is_as_it_was(past: Past) -> None:
    past.put("a.txt", "Leave takes thirty days.")
    past.put("b.txt", "Trains take two hours.")
    then = past.snapshot()
    past.put("a.txt", "Leave takes twenty days.")
    past.remove("b.txt")
    past.put("c.txt", "Lunch is at noon.")

    done = past.back_to(then)

    assert past.listed() == {"a.txt": ("searchable", 1), "b.txt": ("searchable", 1)}
    assert sorted(past.shelf.found("leave trains lunch")) == [
        "Leave takes thirty days.",
        "Trains take two hours.",
    ]
    changes = {change.title: change.change for change in done.diff.documents}
    assert changes == {"a.txt": "changed", "b.txt": "added", "c.txt": "removed"}
    assert (len(done.diff.added), len(done.diff.removed)) == (2, 2)


def test_the_diff_says_beforehand_what_the_rollback_does(past: Past) -> None:
    past.put("a.txt", "One.")
    then = past.snapshot()
    past.put("a.txt", "Two.")
    planned = past.rollback.preview(then)
    assert planned == past.back_to(then).diff
    assert past.rollback.preview(then).is_empty


def test_a_rollback_can_be_rolled_back(past: Past) -> None:
    past.put("a.txt", "One.")
    then = past.snapshot()
    past.put("a.txt", "Two.")
    past.put("b.txt", "Three.")
    past.back_to(then)
    with past.shelf.database.read() as connection:
        before = connection.scalar(select(snapshots.c.id).where(snapshots.c.kind == "rollback"))
    past.back_to(str(before))
    assert past.listed() == {"a.txt": ("searchable", 2), "b.txt": ("searchable", 1)}
    assert sorted(past.shelf.found("two")) == ["Three.", "Two."]


def test_a_rollback_to_what_is_shown_changes_nothing(past: Past) -> None:
    past.put("a.txt", "One.")
    then = past.snapshot()
    done = past.back_to(then)
    assert done.diff.is_empty
    with past.shelf.database.read() as connection:
        assert connection.scalar(select(knowledge_bases.c.live_revision)) == done.revision == 1
        assert connection.scalar(select(func.count()).select_from(snapshots)) == 1


def test_before_the_first_commit_there_was_nothing(past: Past) -> None:
    then = past.snapshot()
    past.put("a.txt", "One.")
    past.back_to(then)
    assert past.listed() == {}
    assert past.shelf.found("one") == []


def test_the_old_document_wins_over_a_newer_one_of_the_same_name(past: Past) -> None:
    old = past.put("a.txt", "One.")
    then = past.snapshot()
    past.remove("a.txt")
    new = past.put("a.txt", "Two.")
    waiting = past.shelf.put("a.txt", "Three.")  # stored, not yet read
    assert waiting.document == new != old
    past.back_to(then)
    past.shelf.work()
    assert past.id_of("a.txt") == old
    assert past.shelf.found("one two three") == ["One."]
    assert past.shelf.is_in_step()


def test_a_document_on_its_way_gives_way_to_an_old_one_of_its_name(past: Past) -> None:
    old = past.put("a.txt", "One.")
    then = past.snapshot()
    past.remove("a.txt")
    past.shelf.put("a.txt", "Two.")
    past.back_to(then)
    past.shelf.work()
    assert past.id_of("a.txt") == old
    assert past.shelf.found("one two") == ["One."]


def test_an_upload_on_its_way_appears_when_it_is_ready(past: Past) -> None:
    past.put("a.txt", "One.")
    then = past.snapshot()
    past.put("a.txt", "Two.")
    past.shelf.put("b.txt", "Three.")
    past.back_to(then)
    past.shelf.work()
    assert sorted(past.shelf.found("one two three")) == ["One.", "Three."]


def test_the_version_that_was_rolled_back_can_be_uploaded_again(past: Past) -> None:
    past.put("a.txt", "One.")
    then = past.snapshot()
    past.put("a.txt", "Two.")
    past.back_to(then)
    assert past.shelf.put("a.txt", "One.").unchanged
    asked = len(past.shelf.embedder.embedded)
    past.put("a.txt", "Two.")
    assert past.shelf.found("two") == ["Two."]
    assert past.listed() == {"a.txt": ("searchable", 3)}
    assert len(past.shelf.embedder.embedded) == asked


def test_the_rows_are_as_they_were_down_to_title_and_date(past: Past) -> None:
    past.put("a.md", "# Old title\n\nOne.")
    with past.shelf.database.read() as connection:
        taken_in = connection.scalar(select(versions.c.created_at))
    then = past.snapshot()
    past.put("a.md", "# New title\n\nTwo.")
    past.back_to(then)
    with past.shelf.database.read() as connection:
        row = connection.execute(select(documents)).one()
    assert (row.title, row.updated_at, row.error) == ("Old title", taken_in, None)
    # By its title too: the keyword index holds the title of the version that is shown.
    assert past.shelf.index.lexical.open(BASE).search("old", 5)
    assert not past.shelf.index.lexical.open(BASE).search("new", 5)


def test_sources_that_would_undo_it_are_paused_and_named(past: Past, tmp_path: Path) -> None:
    folder, other = tmp_path / "followed", tmp_path / "other"
    with past.shelf.database.write() as connection:
        for place in (folder, other):
            connection.execute(
                insert(sources).values(
                    id=place.name,
                    knowledge_base_id=BASE,
                    kind="folder",
                    location=str(place),
                    created_at=Ticking()(),
                )
            )
    document = past.put("a.txt", "One.")
    past.put("b.txt", "Two.")
    with past.shelf.database.write() as connection:
        connection.execute(
            update(documents).where(documents.c.id == document).values(source_id="followed")
        )
        connection.execute(update(versions).values(etag="etag"))
    then = past.snapshot()
    past.shelf.removal.remove_document(document)
    assert past.back_to(then).paused_sources == (str(folder),)
    with past.shelf.database.read() as connection:
        enabled = connection.execute(select(sources.c.id).where(sources.c.enabled)).scalars()
        assert list(enabled) == ["other"]


def test_a_later_version_of_a_source_does_not_look_unchanged(past: Past) -> None:
    past.put("a.txt", "One.")
    then = past.snapshot()
    past.put("a.txt", "Two.")
    with past.shelf.database.write() as connection:
        connection.execute(update(versions).values(etag="etag"))
    past.back_to(then)
    with past.shelf.database.read() as connection:
        etags = dict(connection.execute(select(versions.c.number, versions.c.etag)).all())
    assert etags == {1: "etag", 2: None}


def test_a_lost_vector_does_not_stop_a_rollback(past: Past) -> None:
    past.put("a.txt", "One.")
    then = past.snapshot()
    past.remove("a.txt")
    with past.shelf.database.write() as connection:
        connection.execute(vectors.delete())
    past.rollback.to(then, "ada")
    assert past.shelf.found("one") == ["One."]


def test_an_unknown_snapshot_is_told(past: Past) -> None:
    with pytest.raises(NotFound):
        past.rollback.to("nothing")
    with pytest.raises(NotFound):
        past.snapshots.take(KnowledgeBaseId("nothing"), "manual", "x")


def test_an_automatic_snapshot_is_taken_when_something_was_committed(past: Past) -> None:
    assert past.snapshots.take(BASE, "nightly", "Night 1") is None
    past.put("a.txt", "One.")
    first = past.snapshots.take(BASE, "nightly", "Night 2")
    assert first is not None
    assert past.snapshots.take(BASE, "model", "Another model") == first
    by_hand = past.snapshot("the same revision")
    past.snapshots.remove(first)
    assert past.snapshots.take(BASE, "nightly", "Night 3") not in {None, first, by_hand}


def test_the_oldest_automatic_snapshots_go_and_those_made_by_hand_stay(past: Past) -> None:
    by_hand = past.snapshot()
    taken = []
    for number in range(KEPT + 2):
        past.put("a.txt", f"Text {number}.")
        taken.append(past.snapshots.take(BASE, "nightly", f"Night {number}"))
    with past.shelf.database.read() as connection:
        there = set(connection.scalars(select(snapshots.c.id)))
    assert there == {by_hand, *taken[-KEPT:]}
