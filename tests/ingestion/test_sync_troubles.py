"""What cannot be had, cannot be read or is interrupted is told, and costs nothing that is there."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from ingestion.sources.runs import Report
from retrieval.errors import Invalid, Unavailable
from retrieval.history_tables import purged
from retrieval.store.database import Database
from retrieval.tables import jobs
from tests.ingestion.followed import DRY, TEN, Followed, counts, follow
from tests.ingestion.listed import Killed
from tests.ingestion.shelf import BASE, Ticking


@pytest.fixture
def followed(sqlite: Database, tmp_path: Path) -> Followed:
    return follow(sqlite, tmp_path)


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


def test_a_listing_that_ends_half_way_changes_nothing(followed: Followed) -> None:
    followed.run()
    followed.listed.texts = {"new.txt": "Welcome on board.", **TEN}
    followed.listed.listing_ends_after = 8
    run = followed.run()
    assert (run.state, counts(run), run.error) == ("failed", {}, "The listing ended half-way.")
    assert followed.documents() == set(TEN)


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


def _stream(text: str) -> BytesIO:
    return BytesIO(text.encode())
