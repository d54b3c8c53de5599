"""Alerts: of failures, of the brake and of silence, each once, and again until they arrive."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ingestion.schedule import Schedule
from ingestion.sources.alerts import MOST_ATTEMPTS, Alerts
from ingestion.sources.noticing import Notice
from ingestion.sources.register import NewSource, SourceChange
from ingestion.sources.starting import RunWish
from retrieval.errors import Invalid, Unavailable
from retrieval.history_tables import alerts
from retrieval.store.database import Database
from tests.ingestion.listed import Listed, PlainTexts
from tests.ingestion.shelf import BASE, NIGHTLY, Shelf, Ticking, a_shelf

TEN = {f"{number}.txt": f"Rule {number} of the house." for number in range(10)}


@dataclass
class Told:
    """A channel that keeps what it is given, or fails as the test says."""

    notices: list[Notice] = field(default_factory=list)
    trouble: str = ""
    name: str = "told"

    def send(self, notice: Notice) -> None:
        if self.trouble:
            raise Unavailable(self.trouble)
        self.notices.append(notice)


@dataclass
class Watched:
    """One source that is followed and watched."""

    shelf: Shelf
    listed: Listed
    told: Told
    alerts: Alerts
    clock: Ticking
    source: str

    def run(self) -> str:
        run = self.shelf.starter.start(self.source)
        self.shelf.work()
        return run

    def look(self) -> list[tuple[str, str]]:
        """Kind and text of what is told by this look."""
        before = len(self.told.notices)
        self.alerts.look()
        return [(notice.kind, notice.text) for notice in self.told.notices[before:]]

    def rows(self) -> list[Any]:
        with self.shelf.database.read() as connection:
            return list(connection.execute(select(alerts)))


@pytest.fixture
def watched(sqlite: Database, tmp_path: Path) -> Watched:
    return watch(sqlite, tmp_path)


def watch(database: Database, tmp_path: Path) -> Watched:
    shelf, listed, told = a_shelf(database, tmp_path), Listed(dict(TEN)), Told()
    shelf.sync = replace(shelf.sync, opener=listed)
    shelf.pipeline = replace(shelf.pipeline, parser=PlainTexts(shelf.blobs))
    clock = shelf.starter.clock
    assert isinstance(clock, Ticking)
    day = timedelta(hours=26)
    watching = Alerts(database, [told], Schedule(NIGHTLY), day, clock)
    source = shelf.sources.add(BASE, NewSource(str(tmp_path)))
    return Watched(shelf, listed, told, watching, clock, source)


def test_a_run_that_went_well_is_nobodys_business(watched: Watched) -> None:
    watched.run()
    assert watched.look() == []
    assert watched.rows() == []


def test_a_failed_run_is_told_once(watched: Watched) -> None:
    watched.listed.listing_ends_after = 3
    watched.run()
    [(kind, text)] = watched.look()
    assert kind == "failed"
    assert text.endswith("(Base): The listing ended half-way.")
    assert watched.look() == []
    watched.run()
    assert len(watched.look()) == 1  # another run, another alert


def test_the_brake_is_told(watched: Watched) -> None:
    watched.run()
    watched.listed.texts = {}
    watched.run()
    [(kind, text)] = watched.look()
    assert kind == "held"
    assert "Nothing is left of the 10 documents" in text


def test_documents_that_fail_are_told_when_all_are_through_and_not_again(
    watched: Watched,
) -> None:
    watched.listed.texts |= {"broken.pdf": "%PDF-1.4", "login.html": "Sign in"}
    watched.listed.failing = {"login.html": Invalid("This is a login page.")}
    watched.shelf.starter.start(watched.source)
    watched.shelf.follow(watched.shelf.waiting.works.pop(0))
    assert watched.look() == []  # the documents are still on their way
    watched.shelf.work()
    [(kind, text)] = watched.look()
    assert kind == "failed"
    assert "2 documents failed" in text
    assert "login.html: This is a login page." in text
    assert "broken.pdf: This PDF is damaged." in text
    watched.run()
    assert watched.look() == []


def test_a_rehearsal_alerts_nobody(watched: Watched) -> None:
    watched.run()
    watched.listed.texts = {}
    watched.shelf.starter.start(watched.source, RunWish(dry_run=True))
    watched.shelf.work()
    assert watched.look() == []


def test_a_removed_source_alerts_nobody(watched: Watched) -> None:
    watched.listed.listing_ends_after = 3
    watched.run()
    watched.shelf.sources.remove(watched.source)
    watched.clock.now += timedelta(days=3)
    assert watched.look() == []


def test_silence_is_told_when_a_run_that_should_have_been_was_not(watched: Watched) -> None:
    watched.run()
    watched.clock.now += timedelta(hours=27)  # due at two; 26 hours after that it is silent
    assert watched.look() == []
    watched.clock.now += timedelta(hours=2)
    [(kind, text)] = watched.look()
    assert kind == "silent"
    assert "did not happen, or has not ended" in text
    watched.clock.now += timedelta(days=2)
    assert watched.look() == []  # the same silence
    watched.run()
    watched.clock.now += timedelta(hours=60)
    assert len(watched.look()) == 1  # another one


def test_a_run_that_never_ends_is_silence_too(watched: Watched) -> None:
    watched.run()
    watched.clock.now += timedelta(hours=25)
    watched.shelf.starter.start_due()
    watched.clock.now += timedelta(hours=30)
    assert [kind for kind, _ in watched.look()] == ["silent"]


def test_a_paused_source_is_silent_without_an_alert(watched: Watched) -> None:
    watched.run()
    watched.shelf.sources.change(watched.source, SourceChange(enabled=False))
    watched.clock.now += timedelta(days=30)
    assert watched.look() == []
    watched.shelf.sources.change(watched.source, SourceChange(enabled=True))
    assert watched.look() == []


def test_what_could_not_be_delivered_is_tried_again_with_longer_and_longer_waits(
    watched: Watched,
) -> None:
    watched.listed.listing_ends_after = 3
    watched.run()
    watched.told.trouble = "The mail server is down."
    watched.look()
    [row] = watched.rows()
    assert (row.delivered, row.attempts) == ({"told": "The mail server is down."}, 1)
    for minutes in (*[1] * 140, *[24 * 60] * 3):  # the last of the waits ends after 127
        watched.clock.now += timedelta(minutes=minutes)
        watched.look()
    assert watched.rows()[0].attempts == MOST_ATTEMPTS
    watched.told.trouble = ""
    assert watched.look() == []


def test_what_is_delivered_later_is_delivered_once(watched: Watched) -> None:
    watched.listed.listing_ends_after = 3
    watched.run()
    watched.told.trouble = "The mail server is down."
    watched.look()
    watched.told.trouble = ""
    watched.clock.now += timedelta(minutes=1)
    assert len(watched.look()) == 1
    assert watched.rows()[0].delivered == {"told": ""}
    watched.clock.now += timedelta(hours=1)
    assert watched.look() == []


def test_alerts_are_the_same_on_postgresql(postgres: Database, tmp_path: Path) -> None:
    watched = watch(postgres, tmp_path)
    watched.run()
    watched.listed.texts = {}
    watched.run()
    assert [kind for kind, _ in watched.look()] == ["held"]
    watched.clock.now += timedelta(days=3)
    assert [kind for kind, _ in watched.look()] == ["silent"]


def test_a_test_alert_says_what_happened(watched: Watched) -> None:
    assert watched.alerts.send_test() == {"told": ""}
    watched.told.trouble = "No such host."
    assert watched.alerts.send_test() == {"told": "No such host."}
    assert watched.rows() == []
