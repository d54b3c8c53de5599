"""Much that vanished at once is held until an admin confirms; a dry run only says."""

from pathlib import Path

import pytest

from ingestion.sources.register import SourceChange
from retrieval.store.database import Database
from tests.ingestion.followed import DRY, REMOVE_ANYWAY, TEN, Followed, counts, follow


@pytest.fixture
def followed(sqlite: Database, tmp_path: Path) -> Followed:
    return follow(sqlite, tmp_path)


@pytest.mark.parametrize("vanished", [3, 4])
def test_the_brake_holds_what_is_more_than_its_share(followed: Followed, vanished: int) -> None:
    followed.run()
    for number in range(vanished):
        del followed.listed.texts[f"{number}.txt"]
    followed.listed.texts["new.txt"] = "Welcome on board."
    run = followed.run()
    if vanished == 3:
        assert (run.state, run.removed, run.held) == ("done", 3, 0)
    else:
        assert (run.state, run.removed, run.held, run.added) == ("held", 0, 4, 1)
        assert "4 of 10 documents vanished, 40% and more than the 30%" in run.error
        assert {"path": "0.txt", "change": "held"} in run.changes
        assert len(followed.documents()) == 11


def test_an_admin_confirms_what_the_brake_holds(followed: Followed) -> None:
    followed.run()
    followed.listed.texts = {"0.txt": TEN["0.txt"]}
    assert followed.run().state == "held"
    assert followed.run().state == "held"
    run = followed.run(REMOVE_ANYWAY)
    assert (run.state, counts(run)) == ("done", {"removed": 9, "unchanged": 1})
    assert followed.documents() == {"0.txt"}
    assert followed.shelf.is_in_step()


def test_nothing_left_at_all_is_held_whatever_the_share(followed: Followed) -> None:
    followed.change(SourceChange(brake_share=1.0))
    followed.run()
    followed.listed.texts = {}
    run = followed.run()
    assert (run.state, run.held) == ("held", 10)
    assert "Nothing is left of the 10 documents" in run.error


def test_a_dry_run_says_what_a_run_would_do_and_changes_nothing(followed: Followed) -> None:
    followed.run()
    before, fetched = followed.shelf.states(), len(followed.listed.fetched)
    followed.listed.texts["1.txt"] = "Rule 1 was rewritten."
    followed.listed.texts["new.txt"] = "Welcome on board."
    del followed.listed.texts["2.txt"]
    run = followed.run(DRY)
    assert counts(run) == {"added": 1, "changed": 1, "removed": 1, "unchanged": 8}
    assert followed.listed.fetched[fetched:] == ["1.txt"]
    assert followed.shelf.states() == before
    assert "Rule 1 was rewritten." not in followed.shelf.found("rule 1 was rewritten")
    real = followed.run()
    assert counts(real) == counts(run)
    assert sorted(map(str, real.changes)) == sorted(map(str, run.changes))


def test_a_dry_run_says_when_the_brake_would_hold(followed: Followed) -> None:
    followed.run()
    followed.listed.texts = {}
    run = followed.run(DRY)
    assert (run.state, run.held, run.removed) == ("held", 10, 0)
