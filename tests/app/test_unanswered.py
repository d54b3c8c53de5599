"""Questions that nothing answered: grouped by meaning, without who asked, gone with their turns."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, insert, select, update

from app.answers.answer_shapes import answer_out
from app.people.user import User
from app.platform import Platform
from app.shapes.asking import AnswerOut
from app.tables import conversations, turns
from app.tokens import new_id
from app.unanswered.complaints import Complaints
from app.unanswered.grouping import groups_of, likeness
from app.unanswered.names import without_names
from app.unanswered.view import UnansweredView
from app.unanswered.weekly import Grouping, WeeklyGrouping
from ingestion.schedule import Schedule
from retrieval.answers import Citation, Outcome
from retrieval.history_tables import unanswered_groups
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.scripted import an_answer
from tests.app.visitors import signed_in
from tests.fakes import WordsEmbedder

ADMIN = "/api/v1/admin"
PARKING = ("Where may I park the car?", "May I park the car here?", "Where to park the car?")


@pytest.fixture
def embedder() -> WordsEmbedder:
    return WordsEmbedder()


@pytest.fixture
def house(
    platform: Platform, clock: MovableClock, tmp_path: Path, admin: User, embedder: WordsEmbedder
) -> House:
    furnished = furnish(platform, clock, tmp_path, admin)
    live = furnished.platform
    grouping = Grouping(live.database, embedder, new_id, clock)
    furnished.platform = replace(
        live,
        unanswered=UnansweredView(live.database, grouping, live.audit, clock),
        complaints=Complaints(live.database, live.reading),
    )
    return furnished


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


Missing = Callable[..., str]


@pytest.fixture
def missing(house: House, clock: MovableClock, employee: User) -> Missing:
    """Stores a turn of the employee; returns its conversation."""

    def store(question: str, *near: Citation, **values: object) -> str:
        conversation, answer = new_id(), an_answer(question, outcome=Outcome.NOT_FOUND)
        told: AnswerOut = answer_out(replace(answer, closest=near), [])
        now, title = clock(), {"title": "A", "user_id": employee.id}
        with house.platform.database.write() as connection:
            connection.execute(
                insert(conversations).values(
                    id=conversation, created_at=now, updated_at=now, **title
                )
            )
            turn = {"id": new_id(), "conversation_id": conversation, "question": question}
            turn |= {"answer": told.model_dump(mode="json"), "created_at": now, **values}
            connection.execute(insert(turns).values(**turn))
        clock.move(seconds=1)
        return conversation

    return store


def groups(house: House, ada: TestClient, base: str = "") -> list[dict]:
    answer = ada.get(f"{ADMIN}/knowledge-bases/{base or house.handbook}/unanswered")
    return answer.json()["groups"]


def test_what_means_the_same_is_one_group_with_who_could_mend_it(
    house: House, ada: TestClient, missing: Missing
) -> None:
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")
    for question in PARKING:
        missing(question, leave)
    missing("Is there a dog called Rex?")
    missing("What about overtime?", feedback="down", feedback_reason="source_missing")
    assert groups(house, ada) == []

    assert ada.post(f"{ADMIN}/unanswered").status_code == 204

    first, *others = groups(house, ada)
    assert (first["count"], first["week"]) == (3, "2026-11-16")
    assert {first["question"], *first["examples"]} == set(PARKING)
    concerned = [(base["name"], base["maintainer"]) for base in first["knowledge_bases"]]
    assert concerned == [("Handbook", "Hana")]
    assert sorted(other["question"] for other in others) == [
        "Is there a dog called Rex?",
        "What about overtime?",
    ]
    assert [group["count"] for group in groups(house, ada, house.board)] == [1, 1]
    told = ada.get(f"{ADMIN}/audit", params={"q": "unanswered"}).json()["items"]
    assert [entry["action"] for entry in told] == ["unanswered.group"]


def test_a_deleted_conversation_is_gone_at_once_and_its_group_at_the_next_run(
    house: House, ada: TestClient, missing: Missing
) -> None:
    kept, *going = [missing(question) for question in PARKING]
    house.platform.unanswered.grouping.group()
    with house.platform.database.write() as connection:
        gone = conversations.c.id.in_(going)
        connection.execute(update(conversations).where(gone).values(deleted_at=house_now(house)))
    assert [(g["count"], g["question"]) for g in groups(house, ada)] == [(1, PARKING[0])]
    with house.platform.database.write() as connection:
        connection.execute(delete(conversations).where(conversations.c.id == kept))
    assert groups(house, ada) == []
    assert house.platform.unanswered.grouping.group() == 0
    with house.platform.database.read() as connection:
        assert connection.execute(select(unanswered_groups)).all() == []


def house_now(house: House) -> datetime:
    return house.platform.unanswered.clock()


def test_no_group_repeats_a_word_of_a_question(house: House, missing: Missing) -> None:
    missing("Where is the xylophone?")
    house.platform.unanswered.grouping.group()
    with house.platform.database.read() as connection:
        row = connection.execute(select(unanswered_groups)).one()
    assert "xylophone" not in str(row)


def test_names_of_people_are_left_out_and_nobody_is_told_who_asked(
    house: House, ada: TestClient, missing: Missing, employee: User
) -> None:
    missing("When does Eve have her annual review?")
    house.platform.unanswered.grouping.group()
    shown = ada.get(f"{ADMIN}/knowledge-bases/{house.handbook}/unanswered").text
    assert "When does … have her annual review?" in shown
    assert employee.id not in shown
    assert (
        signed_in(house.platform, "eve")
        .get(f"{ADMIN}/knowledge-bases/{house.handbook}/unanswered")
        .status_code
        == 403
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Is Ann's leave annual?", "Is …'s leave annual?"),
        ("ANN LEE and Ann", "… and …"),
        ("王小明的假期有几天？", "…的假期有几天？"),
        ("Ann在哪里？", "…在哪里？"),
        ("Bo is short", "… is short"),
    ],
)
def test_whole_names_go(text: str, shown: str) -> None:
    assert without_names(text, ["Ann", "Ann Lee", "王小明", "Bo", "x"]) == shown


def test_a_dismissed_group_stays_dismissed_until_it_is_another(
    house: House, ada: TestClient, missing: Missing
) -> None:
    missing(PARKING[0])
    house.platform.unanswered.grouping.group()
    [group] = groups(house, ada)
    assert ada.post(f"{ADMIN}/unanswered/{group['id']}/dismiss").status_code == 204
    missing(PARKING[1])
    house.platform.unanswered.grouping.group()
    assert [(g["count"], g["dismissed"]) for g in groups(house, ada)] == [(2, True)]
    for _ in range(3):
        missing(PARKING[2])
    house.platform.unanswered.grouping.group()
    assert [(g["count"], g["dismissed"]) for g in groups(house, ada)] == [(5, False)]
    assert ada.post(f"{ADMIN}/unanswered/{group['id']}/dismiss").status_code == 404


def test_weeks_are_apart_and_old_ones_are_forgotten(
    house: House, missing: Missing, clock: MovableClock
) -> None:
    missing(PARKING[0])
    clock.move(days=7)
    missing(PARKING[1])
    assert weeks(house) == ["2026-11-23", "2026-11-16"]
    clock.move(weeks=7, days=1)
    assert weeks(house) == ["2026-11-23"]


def weeks(house: House) -> list[str]:
    view = house.platform.unanswered
    view.grouping.group()
    told = view.of(house.handbook, house.platform.access.scope_of(house.ada))
    return [group.week.isoformat() for group in told.groups]


def test_it_is_done_once_a_week_and_caught_up_when_the_model_was_away(
    house: House, missing: Missing, clock: MovableClock, embedder: WordsEmbedder
) -> None:
    missing(PARKING[0])
    weekly = WeeklyGrouping(house.platform.unanswered.grouping, Schedule("0 5 * * 1"))
    embedder.away = True
    weekly.look()  # due since the Monday before this server began
    embedder.away = False
    assert grouped_at(house) is None
    weekly.look()
    first = grouped_at(house)
    assert first is not None
    clock.move(hours=1)
    weekly.look()
    WeeklyGrouping(weekly.grouping, weekly.schedule).look()  # as after a restart
    assert grouped_at(house) == first
    clock.move(days=7)
    weekly.look()
    last = grouped_at(house)
    assert last is not None
    assert last > first + timedelta(days=6)


def grouped_at(house: House) -> datetime | None:
    with house.platform.database.read() as connection:
        moment: datetime | None = connection.scalar(select(unanswered_groups.c.created_at))
    return moment


def test_groups_join_by_their_mean_likeness() -> None:
    alike = np.array(
        [[1, 0.9, 0.5, 0], [0.9, 1, 0.1, 0], [0.5, 0.1, 1, 0], [0, 0, 0, 1]], np.float32
    )
    assert groups_of(alike, 0.34) == [[0, 1], [2], [3]]
    assert groups_of(alike, 0.29) == [[0, 1, 2], [3]]
    assert groups_of(np.zeros((0, 0), np.float32)) == []


def test_questions_about_two_codes_are_two_questions() -> None:
    asked = ["Warranty of the R-1023-B?", "Warranty of the X-900-C?", "Warranty?"]
    alike = likeness(asked, np.ones((3, 1), np.float32))
    assert alike.tolist() == [[1, -1, 1], [-1, 1, 1], [1, 1, 1]]


def test_thumbs_downs_are_shown_without_who_gave_them(
    house: House, ada: TestClient, missing: Missing, employee: User
) -> None:
    leave = house.add_document(house.handbook, "leave.md", "Leave is 30 days.")
    secret = house.add_document(house.board, "board.md", "The board meets.")
    missing("How long is leave?", leave, feedback="down", feedback_reason="incomplete")
    missing("When does the board meet?", secret, feedback="down")
    missing("Fine?", leave, feedback="up")
    undone = missing("Deleted?", leave, feedback="down")
    with house.platform.database.write() as connection:
        this = conversations.c.id == undone
        connection.execute(update(conversations).where(this).values(deleted_at=house_now(house)))
    answer = ada.get(f"{ADMIN}/knowledge-bases/{house.handbook}/complaints")
    [shown] = answer.json()
    assert (shown["question"], shown["reason"]) == ("How long is leave?", "incomplete")
    assert [cited["filename"] for cited in shown["cited"]] == ["leave.md"]
    assert employee.id not in answer.text
    eve = signed_in(house.platform, "eve")
    assert eve.get(f"{ADMIN}/knowledge-bases/{house.handbook}/complaints").status_code == 403
    assert ada.get(f"{ADMIN}/knowledge-bases/nothing/complaints").status_code == 404
