"""The nightly job: unchanged costs nothing, changed is replaced, vanished goes."""

from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, event, select, update

from ingestion.sources.register import NewSource, SourceChange
from ingestion.sources.runs import Report
from ingestion.sources.starting import RunWish
from ingestion.sources.tally import tally
from retrieval.database import Database
from retrieval.errors import Conflict, Invalid, NotFound, Unavailable
from retrieval.history_tables import purged
from retrieval.tables import documents, jobs, source_runs
from tests.ingestion.listed import Killed, Listed, PlainTexts
from tests.ingestion.shelf import BASE, Shelf, Ticking, a_shelf

TEN = {f"{number}.txt": f"Rule {number} of the house." for number in range(10)}
REMOVE_ANYWAY = RunWish(remove_anyway=True)
DRY = RunWish(dry_run=True)


@dataclass
class Followed:
    """A knowledge base with one source, which lists what the test says."""

    shelf: Shelf
    listed: Listed
    source: str

    def run(self, wish: RunWish = RunWish()) -> Row[Any]:  # noqa: B008  (frozen)
        """The row of a run after all its work is done."""
        run = self.shelf.starter.start(self.source, wish)
        self.shelf.work()
        return self.row(run)

    def row(self, run: str) -> Row[Any]:
        with self.shelf.database.read() as connection:
            return connection.execute(select(source_runs).where(source_runs.c.id == run)).one()

    def documents(self) -> set[str]:
        return set(self.shelf.states())

    def change(self, change: SourceChange) -> None:
        self.shelf.sources.change(self.source, change)


@pytest.fixture
def followed(sqlite: Database, tmp_path: Path) -> Followed:
    return follow(sqlite, tmp_path)


def follow(database: Database, tmp_path: Path) -> Followed:
    shelf, listed = a_shelf(database, tmp_path), Listed(dict(TEN))
    shelf.sync = replace(shelf.sync, opener=listed)
    shelf.pipeline = replace(shelf.pipeline, parser=PlainTexts(shelf.blobs))
    return Followed(shelf, listed, shelf.sources.add(BASE, NewSource(str(tmp_path))))


def counts(run: Row[Any]) -> dict[str, int]:
    """Those that are not zero."""
    names = ("added", "changed", "removed", "unchanged", "held", "failed")
    return {name: getattr(run, name) for name in names if getattr(run, name)}


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


def test_a_document_that_cannot_be_had_is_a_problem_and_no_removal(followed: Followed) -> None:
    followed.run()
    followed.listed.texts["4.txt"] = "Rule 4 was rewritten."
    followed.listed.failing["4.txt"] = Invalid("This is a login page.")
    run = followed.run()
    assert (run.state, counts(run)) == ("done", {"failed": 1, "unchanged": 9})
    assert run.problems == [{"path": "4.txt", "reason": "This is a login page."}]
    assert followed.shelf.found("rule 4")[0] == "Rule 4 of the house."
    followed.listed.failing.clear()
    assert counts(followed.run()) == {"changed": 1, "unchanged": 9}


def test_a_foreign_kind_and_a_giant_are_told_and_stop_nothing(followed: Followed) -> None:
    followed.listed.texts |= {"a.exe": "MZ\0\1", "giant.txt": "x" * (1 << 20) + "x"}
    run = followed.run()
    assert counts(run) == {"added": 10, "failed": 2}
    assert {problem["path"] for problem in run.problems} == {"a.exe", "giant.txt"}
    assert "giant.txt" not in followed.listed.fetched


def test_what_was_refused_is_not_fetched_again_until_it_changes_or_a_week_is_over(
    followed: Followed,
) -> None:
    def fetched() -> bool:
        before = len(followed.listed.fetched)
        run = followed.run()
        assert (counts(run)["failed"], run.problems[0]["path"]) == (1, "a.exe")
        return "a.exe" in followed.listed.fetched[before:]

    followed.listed.texts["a.exe"] = "MZ\0\1"
    assert fetched()
    assert not fetched()
    assert counts(followed.run(DRY)) == {"unchanged": 10, "failed": 1}
    followed.listed.texts["a.exe"] = "MZ\0\2"
    assert fetched()
    assert not fetched()
    clock = followed.shelf.jobs.clock
    assert isinstance(clock, Ticking)
    clock.now += timedelta(days=8)
    assert fetched()


def test_a_source_that_stops_answering_is_given_up_and_loses_nothing(followed: Followed) -> None:
    followed.run()
    del followed.listed.texts["0.txt"]
    many = {f"new {number}.txt": f"New {number}." for number in range(50)}
    followed.listed.texts |= many
    followed.listed.failing = dict.fromkeys(many, Unavailable("It does not answer."))
    run = followed.run()
    assert run.state == "failed"
    assert "10 documents in a row" in run.error
    assert len(followed.listed.fetched) == 20
    assert "0.txt" in followed.documents()


def test_an_unreadable_document_is_tried_again_without_being_fetched(followed: Followed) -> None:
    followed.listed.texts["broken.pdf"] = "%PDF-1.4 and nothing more"
    followed.run()
    assert followed.shelf.states()["broken.pdf"][0] == "failed"
    fetched = len(followed.listed.fetched)
    run = followed.run()
    assert counts(run) == {"unchanged": 11}
    assert len(followed.listed.fetched) == fetched
    with followed.shelf.database.read() as connection:
        again = connection.execute(select(jobs).where(jobs.c.run_id == run.id)).one()
    assert (again.label, again.state) == ("broken.pdf", "failed")


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


def test_a_listing_that_ends_half_way_changes_nothing(followed: Followed) -> None:
    followed.run()
    followed.listed.texts = {"new.txt": "Welcome on board.", **TEN}
    followed.listed.listing_ends_after = 8
    run = followed.run()
    assert (run.state, counts(run), run.error) == ("failed", {}, "The listing ended half-way.")
    assert followed.documents() == set(TEN)


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


@pytest.mark.parametrize("crash_at", ["0.txt", "5.txt", "9.txt"])
def test_a_run_that_is_killed_goes_on_where_it_was(followed: Followed, crash_at: str) -> None:
    followed.listed.crash_at = crash_at
    run = followed.shelf.starter.start(followed.source)
    with pytest.raises(Killed):
        followed.shelf.work()
    assert followed.row(run).state == "running"
    followed.listed.crash_at = None
    followed.shelf.work()  # what the first pass has taken in
    followed.shelf.sync.run(followed.source, run)
    followed.shelf.work()
    assert sorted(followed.listed.fetched) == sorted(TEN)
    assert (followed.row(run).state, counts(followed.row(run))) == ("done", {"added": 10})
    assert followed.shelf.sync.run(followed.source, run) is None
    assert len(followed.documents()) == 10


def test_what_was_removed_before_a_crash_is_counted_once(followed: Followed) -> None:
    followed.run()
    for number in range(3):
        del followed.listed.texts[f"{number}.txt"]
    followed.listed.texts["3.txt"] = "Rule 3 was rewritten."
    runs = followed.shelf.sync.runs
    run = followed.shelf.starter.start(followed.source)

    class DiesAtTheEnd(type(runs)):  # type: ignore[misc]
        def end(self, run: str, report: Report) -> Report:
            raise Killed

    dying = replace(followed.shelf.sync, runs=DiesAtTheEnd(runs.database, runs.clock))
    with pytest.raises(Killed):
        dying.run(followed.source, run)
    assert (followed.row(run).state, followed.row(run).removed) == ("running", 3)
    followed.shelf.sync.run(followed.source, run)
    followed.shelf.work()
    assert counts(followed.row(run)) == {"changed": 1, "removed": 3, "unchanged": 6}


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


def test_purged_bytes_are_refused_with_a_sentence(followed: Followed) -> None:
    followed.run()
    blob = followed.shelf.blobs.put(_stream("Never again."), max_bytes=100).sha256
    with followed.shelf.database.write() as connection:
        values = {"knowledge_base_id": BASE, "blob": blob, "purged_at": followed.shelf.jobs.clock()}
        connection.execute(purged.insert().values(**values))
    followed.listed.texts["secret.txt"] = "Never again."
    run = followed.run()
    assert counts(run) == {"failed": 1, "unchanged": 10}
    assert "purged" in run.problems[0]["reason"]


def test_two_runs_of_one_source_never_go_on_at_once(followed: Followed) -> None:
    first = followed.shelf.starter.start(followed.source)
    with pytest.raises(Conflict, match="followed just now"):
        followed.shelf.starter.start(followed.source, DRY)
    followed.shelf.work()
    assert followed.shelf.starter.start(followed.source) != first


def test_a_source_that_is_removed_takes_its_documents_and_nothing_else(followed: Followed) -> None:
    followed.shelf.put("own.txt", "Uploaded by hand.")
    followed.run()
    followed.shelf.sources.remove(followed.source)
    assert followed.documents() == {"own.txt"}
    assert followed.shelf.is_in_step()
    with pytest.raises(NotFound):
        followed.shelf.starter.start(followed.source)


def test_a_source_that_is_removed_during_a_run_is_taken_in_no_further(followed: Followed) -> None:
    followed.listed.crash_at = "5.txt"
    run = followed.shelf.starter.start(followed.source)
    with pytest.raises(Killed):
        followed.shelf.work()
    followed.shelf.sources.remove(followed.source)
    with pytest.raises(NotFound):
        followed.shelf.sync.run(followed.source, run)
    followed.shelf.work()
    assert followed.documents() == set()


def test_a_source_that_is_added_again_is_the_old_one_with_its_new_settings(
    followed: Followed, tmp_path: Path
) -> None:
    followed.run()
    followed.shelf.sources.remove(followed.source)
    again = followed.shelf.sources.add(BASE, NewSource(str(tmp_path), exclude=("9.txt",)))
    assert again == followed.source
    assert counts(followed.run()) == {"added": 9}


def test_what_a_source_cannot_be_is_refused(followed: Followed, tmp_path: Path) -> None:
    add = followed.shelf.sources.add
    with pytest.raises(Invalid, match="whole path"):
        add(BASE, NewSource("share"))
    with pytest.raises(Invalid, match="no folder"):
        add(BASE, NewSource(str(tmp_path / "nowhere")))
    with pytest.raises(Conflict):
        add(BASE, NewSource(str(tmp_path)))
    (tmp_path / "other").mkdir()
    with pytest.raises(Invalid, match="names no times"):
        add(BASE, NewSource(str(tmp_path / "other"), cron="at noon"))
    with pytest.raises(Invalid, match="names no times"):
        followed.change(SourceChange(cron="* * * * * *"))


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


def _stream(text: str) -> BytesIO:
    return BytesIO(text.encode())
