"""What people ask of the database most is the same on SQLite and on PostgreSQL."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert

from app.people.user import User
from app.platform import Platform
from app.tables import metadata
from app.tokens import new_id
from app.unanswered.complaints import Complaints
from app.unanswered.view import UnansweredView
from app.unanswered.weekly import Grouping
from retrieval.answer.events import Finished
from retrieval.answers import Outcome
from retrieval.store.database import Database
from retrieval.tables import source_runs
from retrieval.types import Scope
from tests.app.conftest import MovableClock
from tests.app.furnished import NOW, House, furnish
from tests.app.scripted import an_answer
from tests.app.visitors import events_of, signed_in
from tests.fakes import WordsEmbedder

ADMIN = "/api/v1/admin"


@pytest.fixture
def database(either_database: Database) -> Database:
    metadata.create_all(either_database.engine)
    return either_database


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


def test_a_conversation_is_kept_found_and_masked(house: House, ada: TestClient) -> None:
    leave = house.add_document(house.handbook, "leave.md", "年假是 30 天。")
    house.will_answer(("年假是 30 天。", [leave]))
    events = dict(events_of(ada.post("/api/v1/answers", json={"question": "年假几天？"}).text))
    conversation = json.loads(events["started"])["conversation_id"]
    path = f"/api/v1/conversations/{conversation}"

    assert ada.get("/api/v1/conversations?q=年假").json()["total"] == 1
    kept = ada.get(path).json()["turns"][0]["answer"]
    assert kept == json.loads(events["finished"])["answer"]
    ada.delete(f"{ADMIN}/documents/{leave.document}")
    assert "30 天" not in ada.get(path).text
    assert ada.delete(path).status_code == 204
    assert ada.post(f"{path}/restore").status_code == 200


def test_documents_are_counted_searched_and_sorted(house: House, ada: TestClient) -> None:
    house.add_document(house.handbook, "b 100%.md", "Two.", b"12345")
    house.add_document(house.handbook, "A 100.md", "One.", b"1")
    path = f"{ADMIN}/knowledge-bases/{house.handbook}"
    ada.post(f"{path}/documents", files={"file": ("c.txt", b"Three.")})

    def titles(query: str) -> list[str]:
        page = ada.get(f"{path}/documents?{query}").json()
        return [document["title"] for document in page["items"]]

    assert titles("sort=name") == ["A 100.md", "b 100%.md", "c.txt"]
    assert titles("sort=-size") == ["c.txt", "b 100%.md", "A 100.md"]
    assert titles("q=100%25") == ["b 100%.md"]
    shown = ada.get(path).json()
    assert [shown[key] for key in ("documents", "chunks", "size", "working")] == [2, 2, 6, 1]
    assert ada.get(f"{ADMIN}/jobs?state=queued").json()["total"] == 1


def test_the_last_run_of_a_source_is_the_newest(
    house: House, ada: TestClient, tmp_path: Path
) -> None:
    path = f"{ADMIN}/knowledge-bases/{house.handbook}/sources"
    source = ada.post(path, json={"location": str(tmp_path)}).json()["id"]
    with house.platform.database.write() as connection:
        for day in (1, 3, 2):
            run = {"id": f"run-{day}", "source_id": source, "started_at": NOW.replace(day=day)}
            connection.execute(insert(source_runs).values(**run))

    assert ada.get(path).json()[0]["last_run"]["id"] == "run-3"


def test_a_name_is_taken_whatever_its_case(house: House, ada: TestClient) -> None:
    assert ada.post(f"{ADMIN}/knowledge-bases", json={"name": "Ü"}).status_code == 201
    assert ada.post(f"{ADMIN}/knowledge-bases", json={"name": "ü"}).status_code == 409


def test_what_a_column_cannot_take_is_refused_with_a_sentence(
    house: House, ada: TestClient
) -> None:
    """SQLite keeps a NUL character, PostgreSQL cannot; for neither is it a fault."""
    many = [str(number) for number in range(70_000)]  # more than a query of PostgreSQL can hold
    answers = [
        ada.post(f"{ADMIN}/knowledge-bases", json={"name": "a\0b"}),
        ada.post("/api/v1/answers", json={"question": "a\0b"}),
        ada.post("/api/v1/search", json={"question": "a\0b"}),
        ada.post("/api/v1/session", json={"username": "a\0b", "password": "a\0b"}),
        ada.get("/api/v1/conversations/a%00b"),
        ada.get("/api/v1/conversations?q=a%00b"),
        ada.get(f"{ADMIN}/audit?q=a%00b&offset=1000000"),
        ada.get(f"{ADMIN}/audit?offset=99999999999999999999"),
        ada.get(f"{ADMIN}/jobs?knowledge_base_id=a%00b"),
        ada.delete(f"{ADMIN}/documents/{'a' * 10_000}"),
        ada.post("/api/v1/search", json={"question": "a", "knowledge_base_ids": many}),
        ada.post(f"{ADMIN}/knowledge-bases", json={"name": "b", "reader_group_ids": many}),
        ada.patch(f"{ADMIN}/users/{house.ada.id}", json={"group_ids": many}),
    ]
    for answer in answers:
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.json()["message"].endswith(".")


def test_unanswered_questions_are_found_and_grouped(
    house: House, ada: TestClient, clock: MovableClock
) -> None:
    for question, outcome in (("Gym?", Outcome.NOT_FOUND), ("Leave?", Outcome.ANSWERED)):
        house.answers.script = [Finished(an_answer(question, outcome=outcome))]
        ada.post("/api/v1/answers", json={"question": question})
    live = house.platform
    grouping = Grouping(live.database, WordsEmbedder(), new_id, clock)
    view = UnansweredView(live.database, grouping, live.audit, clock)
    assert grouping.group() == 1
    [group] = view.of(house.handbook, live.access.scope_of(house.ada)).groups
    view.dismiss(house.ada, group.id)
    assert grouping.group() == 1
    [again] = view.of(house.handbook, live.access.scope_of(house.ada)).groups
    assert (again.question, again.count, again.dismissed) == ("Gym?", 1, True)
    assert Complaints(live.database, live.reading).of(house.handbook, Scope(frozenset())) == []
