"""Another embedder or chunker: built beside, judged, switched; nothing is lost on the way."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from ingestion.history.rollback import Rollback
from ingestion.history.snapshots import Snapshots
from retrieval.database import Database
from retrieval.errors import Conflict, Unavailable
from retrieval.index import beside
from retrieval.search import NO_DENSE
from retrieval.tables import chunks, documents, revisions, visibility
from retrieval.types import DocumentId, Scope
from tests.ingestion.rebuilding import (
    Change,
    Crash,
    Fuse,
    LineChunker,
    RandomEmbedder,
    Rebuilding,
    TurnedEmbedder,
    restarted,
)
from tests.ingestion.shelf import BASE, Shelf, a_shelf

TEXTS = {
    "leave.txt": "Everybody has twenty-six days of annual leave.\nAsk your manager before March.",
    "travel.txt": "Trains are booked two weeks ahead.\nA hotel may cost ninety euros a night.",
    "lunch.txt": "Lunch is served at noon on the second floor.\nBring your own cup, please.",
}


def other() -> TurnedEmbedder:
    return TurnedEmbedder(model="turned")


@pytest.fixture
def shelf(either_database: Database, tmp_path: Path) -> Shelf:
    return filled(a_shelf(either_database, tmp_path))


@pytest.fixture
def sqlite_shelf(sqlite: Database, tmp_path: Path) -> Shelf:
    return filled(a_shelf(sqlite, tmp_path))


def filled(shelf: Shelf) -> Shelf:
    for name, text in TEXTS.items():
        shelf.put(name, text)
    shelf.work()
    return shelf


def document(shelf: Shelf, key: str) -> DocumentId:
    query = select(documents.c.id).where(documents.c.key == key, documents.c.deleted_at.is_(None))
    with shelf.database.read() as connection:
        return DocumentId(connection.execute(query).scalar_one())


def visible_chunkers(shelf: Shelf) -> set[str]:
    query = (
        select(chunks.c.chunker)
        .join(visibility, visibility.c.chunk_id == chunks.c.id)
        .where(visibility.c.died.is_(None))
    )
    with shelf.database.read() as connection:
        return set(connection.scalars(query))


def reasons(shelf: Shelf) -> list[str]:
    with shelf.database.read() as connection:
        return list(connection.scalars(select(revisions.c.reason).order_by(revisions.c.number)))


def is_whole(after: Rebuilding) -> bool:
    """The indexes show what SQL shows, and every text is found by meaning and by words."""
    return after.shelf.is_in_step() and after.degraded("leave") is None


def test_the_first_commit_says_what_the_index_is_built_with(sqlite_shelf: Shelf) -> None:
    same = restarted(sqlite_shelf, Change())
    assert same.pointer() == ("words", same.reindex.makers.current.chunker.identity)
    assert same.reindexing.start_needed() == []


def test_another_embedder_takes_over_without_a_gap(shelf: Shelf) -> None:
    after = restarted(shelf, Change(other()))
    assert after.found("annual leave")[0].startswith("Everybody")
    assert after.degraded("annual leave") is None
    revision = len(reasons(shelf))
    assert after.reindexing.start_needed() == [BASE]
    after.run(after.start())
    assert after.pointer()[0] == "turned"
    assert after.found("annual leave")[0].startswith("Everybody")
    assert is_whole(after)
    assert after.reindexing.start_needed() == []
    # The same chunks are shown: nothing that could be gone back to has changed.
    assert len(reasons(shelf)) == revision
    assert after.snapshots.taken[0][0] == "model"
    assert shelf.index.dense.open(BASE, shelf.embedder.identity).ids() == frozenset()


def test_what_has_a_vector_is_never_embedded_again(sqlite_shelf: Shelf) -> None:
    there, back = other(), Change()
    restarted(sqlite_shelf, Change(there)).run()
    texts = len(there.embedded)
    assert texts == len(set(there.embedded)) == len(TEXTS)
    before = len(sqlite_shelf.embedder.embedded)
    home = restarted(sqlite_shelf, back)
    home.run()
    assert home.pointer()[0] == "words"
    assert len(sqlite_shelf.embedder.embedded) == before
    assert is_whole(home)


def test_uploads_replacements_and_deletions_in_the_middle_are_not_lost(shelf: Shelf) -> None:
    after = restarted(shelf, Change(other()))
    job = after.start()
    after.reindex.build(job, BASE)
    after.shelf.put("parking.txt", "Parking costs five euros a day.")
    after.shelf.put("travel.txt", "Flights need the approval of the board.")
    after.shelf.removal.remove_document(document(shelf, "lunch.txt"))
    after.shelf.work()
    # They are answered by the live index at once …
    assert after.found("parking euros")[0] == "Parking costs five euros a day."
    assert after.pointer()[0] == "words"
    after.reindex.judge(job, BASE)
    after.shelf.put("badge.txt", "Wear your badge in the building.")
    after.shelf.work()
    after.reindex.switch(job, BASE)
    # … and by the next one.
    assert after.pointer()[0] == "turned"
    assert is_whole(after)
    assert after.found("parking euros")[0] == "Parking costs five euros a day."
    assert after.found("badge building")[0] == "Wear your badge in the building."
    assert after.found("flights approval board")[0].startswith("Flights")
    assert not any("noon" in text or "Trains" in text for text in after.found("noon trains"))


def test_an_upload_that_was_embedded_before_the_switch_and_commits_after_it(
    sqlite_shelf: Shelf,
) -> None:
    after = restarted(sqlite_shelf, Change(other()))
    after.shelf.put("badge.txt", "Wear your badge in the building.")
    work = after.shelf.waiting.works.pop()
    parse, embed, commit = after.shelf.steps(work)
    parse()
    embed()
    after.run()
    commit()
    assert is_whole(after)
    assert after.found("badge building")[0] == "Wear your badge in the building."


def test_another_chunker_makes_new_chunks_out_of_stored_blocks(shelf: Shelf) -> None:
    for blob in shelf.blobs.root.rglob("*"):
        if blob.is_file():
            blob.unlink()  # nothing is parsed again
    after = restarted(shelf, Change(chunker=LineChunker()))
    after.run()
    assert after.pointer() == ("words", "lines-1")
    assert visible_chunkers(shelf) == {"lines-1"}
    assert after.found("bring cup")[0] == "Bring your own cup, please."
    assert is_whole(after)
    assert reasons(shelf)[-1].startswith("Re-indexed")
    assert shelf.index.lexical.open(beside(BASE)).ids() == frozenset()


def test_what_many_documents_repeat_is_ranked_once_in_the_next_index_too(
    sqlite_shelf: Shelf,
) -> None:
    notice = "All rights of this handbook are reserved by the company " * 4
    for number in range(6):
        text = f"{notice}\nRoom {number} is blue."
        sqlite_shelf.put(f"room-{number}.txt", text)
    sqlite_shelf.work()
    after = restarted(sqlite_shelf, Change(chunker=LineChunker()))
    job = after.start()
    after.reindex.build(job, BASE)
    candidate = after.reindex._candidate(job, BASE)
    searcher = candidate.searcher(after.shelf.searcher, after.shelf.embedder)
    scope = Scope(frozenset({BASE}))

    def reserved() -> int:
        found = searcher.find("all rights reserved by the company", scope, limit=20).passages
        return sum("reserved" in passage.chunk.text for passage in found)

    assert reserved() == 1
    after.reindex.switch(job, BASE)
    assert sum("reserved" in text for text in after.found("all rights reserved")) == 1


def test_both_at_once(shelf: Shelf) -> None:
    after = restarted(shelf, Change(other(), LineChunker()))
    job = after.start()
    after.reindex.build(job, BASE)
    after.shelf.put("badge.txt", "Wear your badge.\nShow it at the gate.")
    after.shelf.work()
    after.reindex.judge(job, BASE)
    after.reindex.switch(job, BASE)
    assert after.pointer() == ("turned", "lines-1")
    assert visible_chunkers(shelf) == {"lines-1"}
    assert after.found("show gate")[0] == "Show it at the gate."
    assert is_whole(after)
    assert after.job_state(job) == ("done", None)


def test_a_model_that_finds_nothing_is_refused_and_the_live_index_goes_on(shelf: Shelf) -> None:
    after = restarted(shelf, Change(RandomEmbedder(model="random")))
    job = after.start()
    after.reindex.build(job, BASE)
    after.shelf.put("badge.txt", "Wear your badge in the building.")
    with pytest.raises(Conflict, match=r"live index 100%, new index \d+%") as refusal:
        after.reindex.judge(job, BASE)
    after.reindex.jobs.fail(job, str(refusal.value))
    after.shelf.work()
    assert after.pointer()[0] == "words"
    assert after.found("badge building")[0] == "Wear your badge in the building."
    assert is_whole(after)
    assert after.told == [str(refusal.value).removesuffix(" The live index goes on.")]
    # It would be refused each time, so it is not tried again by itself; an admin may.
    assert after.reindexing.start_needed() == []
    assert after.start() != job
    # Settings that go back leave nothing behind.
    back = restarted(sqlite_after(after), Change())
    back.reindex.tidy(BASE)
    random = shelf.index.dense.open(BASE, RandomEmbedder(model="random").identity)
    assert random.ids() == frozenset()


def sqlite_after(after: Rebuilding) -> Shelf:
    """As the next start finds it: the former maker is the one that made the live index."""
    makers = after.shelf.pipeline.makers
    former = makers.former or makers.current
    pipeline = replace(after.shelf.pipeline, makers=replace(makers, current=former, former=None))
    return replace(after.shelf, pipeline=pipeline, embedder=former.embedder)


def test_without_the_former_embedder_keywords_answer_until_the_switch(shelf: Shelf) -> None:
    after = restarted(shelf, Change(other(), former=False))
    assert after.degraded("annual leave") == NO_DENSE
    assert after.found("annual leave")[0].startswith("Everybody")
    after.shelf.put("badge.txt", "Wear your badge in the building.")
    after.shelf.work()
    assert after.found("badge building")[0] == "Wear your badge in the building."
    after.run()
    assert after.degraded("annual leave") is None
    assert is_whole(after)
    assert after.found("badge building")[0] == "Wear your badge in the building."


def test_an_embedder_that_is_away_for_a_while_repeats_one_batch_at_most(
    sqlite_shelf: Shelf,
) -> None:
    embedder = other()
    after = restarted(sqlite_shelf, Change(embedder))
    job = after.start()
    embedder.away = True
    with pytest.raises(Unavailable):
        after.reindex.build(job, BASE)
    embedder.away = False
    after.run(job)
    assert len(embedder.embedded) == len(set(embedder.embedded)) == len(TEXTS)
    assert is_whole(after)


def test_settings_that_change_again_end_the_first_try(sqlite_shelf: Shelf) -> None:
    first = restarted(sqlite_shelf, Change(other()))
    job = first.start()
    first.reindex.build(job, BASE)
    second = restarted(sqlite_shelf, Change(TurnedEmbedder(model="third")))
    with pytest.raises(Conflict, match="another model"):
        second.reindex.switch(job, BASE)
    assert second.reindexing.start_needed() == [BASE]
    second.run()
    assert second.pointer()[0] == "third"


def test_one_try_at_a_time(sqlite_shelf: Shelf) -> None:
    after = restarted(sqlite_shelf, Change(other()))
    assert after.start() == after.start()


def test_there_is_nothing_to_reindex_before_the_first_document(
    sqlite: Database, tmp_path: Path
) -> None:
    empty = restarted(a_shelf(sqlite, tmp_path), Change(other()))
    assert empty.reindexing.start_needed() == []
    with pytest.raises(Conflict, match="no documents yet"):
        empty.start()


def history(after: Rebuilding) -> Rollback:
    shelf = after.shelf
    snapshots = Snapshots(shelf.database, 14, shelf.intake.new_id, shelf.jobs.clock)
    return Rollback(shelf.database, after.index, snapshots, shelf.jobs.clock)


def test_going_back_over_a_change_of_embedder_makes_only_the_vectors_that_are_missing(
    shelf: Shelf,
) -> None:
    before = history(restarted(shelf, Change())).snapshots.take(BASE, "manual", "Before")
    shelf.removal.remove_document(document(shelf, "lunch.txt"))
    after = restarted(shelf, Change(other()))
    after.run()
    assert not after.reindex.lacks(BASE)
    history(after).to(str(before))
    # What is shown again is found by its words at once, by its meaning after the job.
    assert after.found("lunch noon")[0].startswith("Lunch")
    assert after.reindex.lacks(BASE)
    embedded = len(after.shelf.embedder.embedded)
    after.run()
    assert len(after.shelf.embedder.embedded) == embedded + 1
    assert after.pointer()[0] == "turned"
    assert not after.reindex.lacks(BASE)
    assert is_whole(after)


def test_going_back_over_a_change_of_chunker_shows_the_old_chunks_until_they_are_cut_anew(
    shelf: Shelf,
) -> None:
    old = restarted(shelf, Change()).pointer()[1]
    before = history(restarted(shelf, Change())).snapshots.take(BASE, "manual", "Before")
    after = restarted(shelf, Change(chunker=LineChunker()))
    after.run()
    history(after).to(str(before))
    assert after.pointer() == ("words", old)
    assert visible_chunkers(shelf) == {old}
    assert is_whole(after)
    assert after.reindexing.start_needed() == [BASE]
    after.run()
    assert visible_chunkers(shelf) == {"lines-1"}
    assert is_whole(after)


@pytest.mark.parametrize("chunker", [None, LineChunker()], ids=["same chunks", "new chunks"])
def test_a_crash_at_any_call_changes_nothing_that_is_seen_and_is_made_good(
    sqlite_shelf: Shelf, chunker: LineChunker | None
) -> None:
    """Before and after each write to an index, each snapshot, each verdict; there and back."""
    shelf, fuse = sqlite_shelf, Fuse()
    for burns_at in range(1, 200):
        fuse = Fuse(burns_at)
        embedder = TurnedEmbedder(model=f"model {burns_at}")
        dying = restarted(shelf, Change(embedder, chunker, fuse=fuse))
        job = dying.start()
        try:
            dying.run(job)
        except Crash:
            before = restarted(shelf, Change(embedder, chunker))
            assert before.found("annual leave")[0].startswith("Everybody")
            assert before.degraded("annual leave") is None
            before.run(job)
            assert before.pointer()[0] == embedder.model
            assert is_whole(before)
            assert len(embedder.embedded) == len(set(embedder.embedded))
        restarted(shelf, Change()).run()  # home, so that the next round begins as the first
        if fuse.calls < burns_at:
            break
    assert 10 < fuse.calls < burns_at
