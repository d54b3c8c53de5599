"""Golden questions after a night: when they are asked by themselves, and who is told what."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from ingestion.quality.noticing import GoldenNoticing
from ingestion.quality.watch import GoldenWatch
from ingestion.schedule import Schedule
from ingestion.sources.alerts import Alerts
from ingestion.sources.noticing import Notice
from retrieval.history_tables import golden_questions, golden_runs
from retrieval.store.database import Database
from retrieval.tables import knowledge_bases
from tests.ingestion.asked import QUESTIONS, a_shelf_of_three, ask, follow, golden_of, kept
from tests.ingestion.shelf import BASE, Shelf, Ticking

LEAVE, TRAINS, LUNCH, CHIEF = QUESTIONS


@dataclass
class Told:
    """A channel that keeps what it is given."""

    notices: list[Notice] = field(default_factory=list)
    name: str = "told"

    def send(self, notice: Notice) -> None:
        self.notices.append(notice)


@dataclass
class Nights:
    """A knowledge base that changes, is asked and is told of."""

    shelf: Shelf
    watch: GoldenWatch
    alerts: Alerts
    told: Told

    def look(self) -> list[str]:
        """What a minute tells: asked first, then told, and nothing twice."""
        before = len(self.told.notices)
        self.watch.look()
        for _ in range(2):
            self.alerts.look()
        return [notice.text for notice in self.told.notices[before:]]

    def kinds(self) -> list[str]:
        return [notice.kind for notice in self.told.notices]

    def night(self, name: str, text: str) -> list[str]:
        """A run that brings a document."""
        self.shelf.put(name, text)
        self.shelf.work()
        follow(self.shelf, added=1)
        return self.look()

    def wait(self, **much: int) -> None:
        clock = self.shelf.jobs.clock
        assert isinstance(clock, Ticking)
        clock.now += timedelta(**much)


@pytest.fixture
def nights(sqlite: Database, tmp_path: Path) -> Nights:
    return watched(sqlite, tmp_path)


def watched(database: Database, folder: Path) -> Nights:
    shelf, told = a_shelf_of_three(database, folder), Told()
    watch = GoldenWatch(golden_of(shelf))
    noticing = GoldenNoticing(0.02, watch.unasked)
    nightly, day = Schedule(None), timedelta(hours=26)
    alerts = Alerts(database, [told], nightly, day, shelf.jobs.clock, [noticing])
    return Nights(shelf, watch, alerts, told)


def test_a_run_that_changed_something_is_followed_by_golden_questions_once(nights: Nights) -> None:
    ask(nights.shelf, QUESTIONS)
    follow(nights.shelf, added=0)
    follow(nights.shelf, added=3, dry_run=True)
    assert nights.look() == []
    assert kept(nights.shelf) == []
    follow(nights.shelf, added=3)
    assert nights.look() == []
    assert nights.look() == []
    assert kept(nights.shelf) == [("nightly", "words", 0.75)]


def test_documents_on_their_way_and_absent_models_are_waited_for(nights: Nights) -> None:
    shelf = nights.shelf
    ask(shelf, QUESTIONS)
    shelf.put("late.txt", "Something that came late.")
    follow(shelf, added=1)
    nights.look()
    assert kept(shelf) == []
    shelf.work()
    shelf.embedder.away = True
    nights.look()
    assert kept(shelf) == []
    shelf.embedder.away = False
    assert nights.look() == []
    assert len(kept(shelf)) == 1


def test_what_a_night_loses_is_told_once_and_so_is_that_it_came_back(nights: Nights) -> None:
    lives_through_a_loss(nights)


def test_losses_are_told_the_same_on_postgresql(postgres: Database, tmp_path: Path) -> None:
    lives_through_a_loss(watched(postgres, tmp_path))


def lives_through_a_loss(nights: Nights) -> None:
    ask(nights.shelf, QUESTIONS)
    follow(nights.shelf, added=1)
    assert nights.look() == []
    [text] = nights.night("Lunch.txt", "There is no canteen any more.")
    assert text.startswith("Base: with the last changes, 50% of its golden questions are found")
    assert "before, 75% were" in text
    assert text.endswith("Not found any more: “Where is lunch served?”")
    assert nights.night("Other.txt", "Nothing to do with it.") == []  # no worse, and not well
    [text] = nights.night("Lunch.txt", "Lunch is served on the second floor.")
    assert text.startswith("Base: its golden questions are found again: 75%")
    assert nights.kinds() == ["lost", "well"]
    assert nights.night("More.txt", "Nothing to do with it, too.") == []


def test_an_admin_who_asks_by_hand_ends_the_alert(nights: Nights) -> None:
    ask(nights.shelf, QUESTIONS)
    follow(nights.shelf, added=1)
    nights.look()
    nights.night("Lunch.txt", "There is no canteen any more.")
    nights.shelf.put("Lunch.txt", "Lunch is served on the second floor.")
    nights.shelf.work()
    assert nights.look() == []
    golden_of(nights.shelf).run(BASE, "manual")
    assert len(nights.look()) == 1
    assert nights.kinds() == ["lost", "well"]


def test_a_new_hard_question_is_no_loss(nights: Nights) -> None:
    ask(nights.shelf, [LEAVE, TRAINS])
    follow(nights.shelf, added=1)
    nights.look()
    with nights.shelf.database.write() as connection:
        connection.execute(delete(golden_questions))
    ask(nights.shelf, [LEAVE, TRAINS, CHIEF])
    assert nights.night("Other.txt", "Nothing to do with it.") == []
    assert [recall for _, _, recall in kept(nights.shelf)] == [1.0, pytest.approx(2 / 3)]


def only_the_lost_one(nights: Nights) -> None:
    with nights.shelf.database.write() as connection:
        connection.execute(delete(golden_questions).where(golden_questions.c.id == "q2"))


def all_of_them(nights: Nights) -> None:
    with nights.shelf.database.write() as connection:
        connection.execute(delete(golden_questions))


@pytest.mark.parametrize("remove", [only_the_lost_one, all_of_them])
def test_a_lost_question_that_is_removed_ends_the_alert(
    nights: Nights, remove: Callable[[Nights], None]
) -> None:
    ask(nights.shelf, QUESTIONS)
    follow(nights.shelf, added=1)
    nights.look()
    nights.night("Lunch.txt", "There is no canteen any more.")
    remove(nights)
    assert len(nights.look()) == 1
    assert nights.kinds() == ["lost", "well"]


def test_figures_of_another_index_do_not_end_an_alert(nights: Nights) -> None:
    ask(nights.shelf, QUESTIONS)
    follow(nights.shelf, added=1)
    nights.look()
    nights.night("Lunch.txt", "There is no canteen any more.")
    golden_of(nights.shelf).run(BASE, "model")  # as the gate keeps those of a new index
    first = "75%"
    with nights.shelf.database.write() as connection:
        model = golden_runs.c.reason == "model"
        found = [{"question_id": f"q{number}", "rank": 1} for number in range(4)]
        values = {"embedder": "another", "results": found}
        connection.execute(update(golden_runs).where(model).values(**values))
    assert nights.look() == []
    with nights.shelf.database.write() as connection:  # it takes over
        connection.execute(update(knowledge_bases).values(embedder="another"))
    [text] = nights.look()
    assert "found again: 100%" in text
    assert first not in text


def test_questions_that_cannot_be_asked_for_an_hour_are_told_and_when_they_are_asked(
    nights: Nights,
) -> None:
    ask(nights.shelf, QUESTIONS)
    nights.shelf.embedder.away = True
    follow(nights.shelf, added=1)
    assert nights.look() == []
    nights.wait(minutes=59)
    assert nights.look() == []  # models take their time to load
    nights.wait(minutes=2)
    [text] = nights.look()
    assert text.startswith("Base: its documents changed, but its golden questions could not")
    assert text.endswith(
        "Search by meaning does not work now, so golden questions say nothing. "
        "Please try again when it does."
    )
    nights.wait(hours=3)
    assert nights.look() == []
    nights.shelf.embedder.away = False
    assert nights.look() == ["Base: its golden questions were asked again."]
    assert nights.kinds() == ["unasked", "well"]
    nights.wait(hours=3)
    assert nights.look() == []


def test_a_knowledge_base_that_is_gone_alerts_nobody(nights: Nights) -> None:
    ask(nights.shelf, QUESTIONS)
    nights.shelf.embedder.away = True
    follow(nights.shelf, added=1)
    nights.look()
    nights.wait(hours=2)
    nights.look()
    nights.shelf.removal.remove_knowledge_base(BASE)
    nights.wait(hours=2)
    assert nights.look() == []
    assert nights.watch.unasked == {}
