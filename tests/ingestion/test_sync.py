"""The nightly job: unchanged costs nothing, changed is replaced, vanished goes."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, event, select, update

from ingestion.sources.register import SourceChange
from ingestion.sources.tally import tally
from retrieval.store.database import Database
from retrieval.tables import documents
from tests.ingestion.followed import DRY, TEN, Followed, counts, follow


@pytest.fixture
def followed(sqlite: Database, tmp_path: Path) -> Followed:
    return follow(sqlite, tmp_path)


def test_the_first_run_takes_everything(followed: Followed) -> None:
    run = followed.run()
    assert (run.state, counts(run)) == ("done", {"added": 10})
    assert followed.shelf.found("rule 3")[0] == "Rule 3 of the house."
    assert run.changes[0] == {"path": "0.txt", "change": "added"}
    assert followed.listed.closed == 1


def test_a_second_run_fetches_nothing_embeds_nothing_and_writes_no_document(
    followed: Followed,
) -> None:
    followed.run()
    embedded, fetched = len(followed.shelf.embedder.embedded), len(followed.listed.fetched)
    statements: list[str] = []
    event.listen(
        followed.shelf.database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: statements.append(statement.split("\n")[0]),
    )
    run = followed.run()
    assert counts(run) == {"unchanged": 10}
    assert len(followed.shelf.embedder.embedded) == embedded
    assert len(followed.listed.fetched) == fetched
    # As many for ten documents as for one: none of these is once a document.
    followed.listed.texts = {}
    assert len(statements) < 25


def test_the_bytes_tell_when_a_source_has_no_etags(followed: Followed) -> None:
    followed.listed.with_etags = False
    followed.run()
    followed.listed.texts["3.txt"] = "Rule 3 was rewritten."
    run = followed.run()
    assert counts(run) == {"changed": 1, "unchanged": 9}
    assert len(followed.shelf.embedder.embedded) == 11


def test_a_touched_document_is_unchanged_and_is_not_fetched_a_third_time(
    followed: Followed,
) -> None:
    followed.listed.with_etags = False
    followed.run()
    followed.listed.with_etags = True
    assert counts(followed.run()) == {"unchanged": 10}
    fetched = len(followed.listed.fetched)
    assert counts(followed.run()) == {"unchanged": 10}
    assert len(followed.listed.fetched) == fetched


def test_changed_is_replaced_vanished_removed_and_new_added(followed: Followed) -> None:
    followed.run()
    followed.listed.texts["1.txt"] = "Rule 1 was rewritten."
    followed.listed.texts["new.txt"] = "Welcome on board."
    del followed.listed.texts["2.txt"]
    run = followed.run()
    assert counts(run) == {"added": 1, "changed": 1, "removed": 1, "unchanged": 8}
    assert run.changes == [
        {"path": "2.txt", "change": "removed"},
        {"path": "1.txt", "change": "changed"},
        {"path": "new.txt", "change": "added"},
    ]
    assert "Rule 2 of the house." not in followed.shelf.found("rule 2 of the house")
    assert followed.shelf.found("rule rewritten")[0] == "Rule 1 was rewritten."
    assert followed.shelf.is_in_step()


def test_a_renamed_document_is_another_one_with_the_same_vectors(followed: Followed) -> None:
    followed.run()
    embedded = len(followed.shelf.embedder.embedded)
    followed.listed.texts["archive/1.txt"] = followed.listed.texts.pop("1.txt")
    assert counts(followed.run()) == {"added": 1, "removed": 1, "unchanged": 9}
    assert len(followed.shelf.embedder.embedded) == embedded
    assert "archive/1.txt" in followed.documents()


def test_patterns_say_what_is_taken_and_what_is_taken_no_more(followed: Followed) -> None:
    followed.listed.texts["draft/a.txt"] = "A draft."
    followed.change(SourceChange(exclude=("draft/",)))
    assert counts(followed.run()) == {"added": 10}
    followed.change(SourceChange(exclude=("draft/", "9.txt")))
    assert counts(followed.run()) == {"removed": 1, "unchanged": 9}


def test_a_document_that_was_rolled_back_is_brought_forward_again(followed: Followed) -> None:
    followed.run()
    with followed.shelf.database.read() as connection:
        document = connection.execute(select(documents).where(documents.c.key == "1.txt")).one()
    followed.listed.texts["1.txt"] = "Rule 1 was rewritten."
    followed.run()
    with followed.shelf.database.write() as connection:
        connection.execute(
            update(documents)
            .where(documents.c.id == document.id)
            .values(live_version_id=document.live_version_id)
        )
    run = followed.run()
    assert counts(run) == {"changed": 1, "unchanged": 9}
    assert counts(followed.run()) == {"unchanged": 10}


def test_what_a_run_asks_of_the_model_is_counted(followed: Followed) -> None:
    def asked(run: Row[Any]) -> tuple[int, int]:
        with followed.shelf.database.read() as connection:
            done = tally(connection, run.id)
        return done.embedded, done.tokens

    followed.listed.texts["again.txt"] = TEN["1.txt"]  # another title, so another text
    texts, tokens = asked(followed.run())
    assert (texts, tokens > 11) == (11, True)
    assert asked(followed.run()) == (0, 0)
    followed.listed.texts["1.txt"] = "Rule 1 was rewritten."
    assert asked(followed.run())[0] == 1


def test_runs_are_the_same_on_either_database(either_database: Database, tmp_path: Path) -> None:
    followed = follow(either_database, tmp_path)
    assert counts(followed.run()) == {"added": 10}
    followed.listed.texts["1.txt"] = "Rule 1 was rewritten."
    del followed.listed.texts["2.txt"]
    assert counts(followed.run(DRY)) == {"changed": 1, "removed": 1, "unchanged": 8}
    assert counts(followed.run()) == {"changed": 1, "removed": 1, "unchanged": 8}
    assert counts(followed.run()) == {"unchanged": 9}
    followed.shelf.sources.remove(followed.source)
    assert followed.documents() == set()
