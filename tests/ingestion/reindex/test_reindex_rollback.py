"""Going back over a change of embedder or chunker: shown at once, made good by a job."""

from ingestion.history.rollback import Rollback
from ingestion.history.snapshots import Snapshots
from tests.ingestion.rebuilding import (
    Change,
    LineChunker,
    Rebuilding,
    restarted,
)
from tests.ingestion.reindexed import document, is_whole, other, visible_chunkers
from tests.ingestion.shelf import BASE, Shelf


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
