"""Another embedder or chunker: built beside, judged, switched; nothing is lost on the way."""

from retrieval.indexes.index import beside
from retrieval.types import Scope
from tests.ingestion.rebuilding import (
    Change,
    LineChunker,
    restarted,
)
from tests.ingestion.reindexed import (
    TEXTS,
    document,
    is_whole,
    other,
    reasons,
    visible_chunkers,
)
from tests.ingestion.shelf import BASE, Shelf


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
