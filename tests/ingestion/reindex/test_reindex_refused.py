"""A next index that is refused, interrupted or not possible leaves the live one as it is."""

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.errors import Conflict, Unavailable
from retrieval.search.searcher import NO_DENSE
from retrieval.store.database import Database
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
from tests.ingestion.reindexed import (
    TEXTS,
    is_whole,
    other,
)
from tests.ingestion.shelf import BASE, Shelf, a_shelf


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
