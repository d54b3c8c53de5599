"""When a source is due, and that a machine that slept catches up once."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ingestion.schedule import Schedule, next_time
from ingestion.sources.register import NewSource, SourceChange
from ingestion.sources.starting import RunWish
from retrieval.store.database import Database
from retrieval.tables import source_runs
from tests.ingestion.shelf import BASE, Shelf, Ticking, a_shelf

NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture
def ghent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock on the wall knows summer time."""
    with monkeypatch.context() as environment:
        environment.setenv("TZ", "Europe/Brussels")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def shelf(sqlite: Database, tmp_path: Path) -> Shelf:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "a.txt").write_text("Rule 1 of the house.")
    return a_shelf(sqlite, tmp_path)


@pytest.fixture
def source(shelf: Shelf, tmp_path: Path) -> str:
    return shelf.sources.add(BASE, NewSource(str(tmp_path / "share"), cron="0 12 * * *"))


def _clock(shelf: Shelf) -> Ticking:
    clock = shelf.starter.clock
    assert isinstance(clock, Ticking)
    return clock


def test_times_are_those_on_the_wall(ghent: None) -> None:
    winter = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    summer = datetime(2026, 7, 22, 12, 0, tzinfo=UTC)
    assert next_time("0 2 * * *", winter) == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert next_time("0 2 * * *", summer) == datetime(2026, 7, 23, 0, 0, tzinfo=UTC)


def test_the_night_in_which_the_clock_jumps_has_one_run(ghent: None) -> None:
    """02:30 does not exist on 29 March 2026 and exists twice on 25 October."""
    before = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    in_march = next_time("30 2 * * *", before)
    assert in_march.date().isoformat() == "2026-03-29"
    assert next_time("30 2 * * *", in_march).date().isoformat() == "2026-03-30"
    in_october = next_time("30 2 * * *", datetime(2026, 10, 24, 12, 0, tzinfo=UTC))
    assert in_october.date().isoformat() == "2026-10-25"
    assert next_time("30 2 * * *", in_october).date().isoformat() == "2026-10-26"


def test_a_source_without_times_follows_the_nightly_ones_if_there_are_any() -> None:
    assert Schedule("0 2 * * *").due_at(None, NIGHT) is not None
    assert Schedule(None).due_at(None, NIGHT) is None
    assert Schedule(None).due_at("0 2 * * *", NIGHT) is not None


def test_a_new_source_waits_for_its_time(shelf: Shelf, source: str) -> None:
    assert shelf.starter.start_due() == []
    _clock(shelf).now += timedelta(days=1)
    assert len(shelf.starter.start_due()) == 1


def test_a_machine_that_slept_for_days_catches_up_once(shelf: Shelf, source: str) -> None:
    _clock(shelf).now += timedelta(days=5)
    [run] = shelf.starter.start_due()
    assert shelf.starter.start_due() == []  # while it goes on
    shelf.work()
    assert shelf.starter.start_due() == []  # nor afterwards
    with shelf.database.read() as connection:
        assert connection.scalars(select(source_runs.c.id)).all() == [run]


def test_a_dry_run_puts_nothing_off(shelf: Shelf, source: str) -> None:
    _clock(shelf).now += timedelta(days=1)
    shelf.starter.start(source, RunWish(dry_run=True))
    shelf.work()
    assert len(shelf.starter.start_due()) == 1


def test_a_paused_source_is_never_due_and_a_resumed_one_not_at_once(
    shelf: Shelf, source: str
) -> None:
    shelf.sources.change(source, SourceChange(enabled=False))
    _clock(shelf).now += timedelta(days=3)
    assert shelf.starter.start_due() == []
    shelf.sources.change(source, SourceChange(enabled=True))
    assert shelf.starter.start_due() == []
    _clock(shelf).now += timedelta(days=1)
    assert len(shelf.starter.start_due()) == 1


def test_other_times_count_from_the_moment_they_are_set(shelf: Shelf, source: str) -> None:
    _clock(shelf).now += timedelta(hours=23)
    shelf.sources.change(source, SourceChange(cron="0 0 1 1 *"))
    assert shelf.starter.start_due() == []
    shelf.sources.change(source, SourceChange(cron=""))
    with shelf.database.read() as connection:
        assert connection.scalars(select(source_runs.c.id)).all() == []
    _clock(shelf).now += timedelta(days=1)
    assert len(shelf.starter.start_due()) == 1
