"""A document that is deleted at the very moment when another index takes over stays deleted."""

import pytest

from retrieval.store.revisions import live_chunk_ids
from tests.ingestion.meanwhile import watched
from tests.ingestion.rebuilding import Change, LineChunker, restarted
from tests.ingestion.reindexed import document, is_whole, other
from tests.ingestion.shelf import BASE, Shelf

CHANGES = {
    "embedder": lambda: Change(other()),
    "chunker": lambda: Change(chunker=LineChunker()),
    "both": lambda: Change(other(), LineChunker()),
}


@pytest.mark.parametrize("what", CHANGES)
def test_nothing_of_it_is_shown_or_kept(shelf: Shelf, what: str) -> None:
    lunch = document(shelf, "lunch.txt")
    planned = watched(shelf)
    after = restarted(shelf, CHANGES[what]())
    job = after.start()
    after.reindex.build(job, BASE)
    after.reindex.judge(job, BASE)
    seen: list[list[str]] = []
    planned.append(lambda: after.shelf.removal.remove_document(lunch))
    planned.append(lambda: seen.append(after.found("lunch noon")))
    after.reindex.switch(job, BASE)
    assert planned == []
    assert not any("Lunch" in text for text in [*seen[0], *after.found("lunch noon")])
    assert "lunch.txt" not in shelf.states()
    with shelf.database.read() as connection:
        assert live_chunk_ids(connection, lunch) == []
    assert after.job_state(job) == ("done", None)
    assert is_whole(after)
