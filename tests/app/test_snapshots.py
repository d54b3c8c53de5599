"""Going back over HTTP: named, compared, done, recorded, and only for administrators."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.people.user import User
from app.platform import Platform
from app.tables import metadata
from retrieval.store.database import Database
from retrieval.types import DocumentId, KnowledgeBaseId
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import signed_in

ADMIN = "/api/v1/admin"


@pytest.fixture
def database(either_database: Database) -> Database:
    metadata.create_all(either_database.engine)
    return either_database


@dataclass
class Mended:
    """Remembers where vectors were looked after."""

    bases: list[str] = field(default_factory=list)

    def start(self, knowledge_base: KnowledgeBaseId) -> str:
        raise AssertionError("Nobody asked for a re-index.")

    def mend(self, knowledge_base: KnowledgeBaseId) -> None:
        self.bases.append(knowledge_base)


@pytest.fixture
def mended() -> Mended:
    return Mended()


@pytest.fixture
def house(
    platform: Platform, clock: MovableClock, tmp_path: Path, admin: User, mended: Mended
) -> House:
    house = furnish(platform, clock, tmp_path, admin)
    house.platform = replace(house.platform, reindexing=mended)
    return house


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


def take(house: House, ada: TestClient, name: str = "Before the merger") -> dict[str, object]:
    path = f"{ADMIN}/knowledge-bases/{house.handbook}/snapshots"
    taken = ada.post(path, json={"name": name})
    assert taken.status_code == 201
    snapshot: dict[str, object] = taken.json()
    return snapshot


def test_a_state_is_named_listed_and_forgotten(house: House, ada: TestClient) -> None:
    house.add_document(house.handbook, "leave.md", "Leave takes thirty days.")
    taken = take(house, ada)
    assert (taken["revision"], taken["documents"], taken["is_live"]) == (1, 1, True)
    assert (taken["kind"], taken["created_by"]) == ("manual", "ada")

    house.add_document(house.handbook, "trains.md", "Trains take two hours.")
    [listed] = ada.get(f"{ADMIN}/knowledge-bases/{house.handbook}/snapshots").json()
    assert listed == {**taken, "is_live": False}
    assert ada.delete(f"{ADMIN}/snapshots/{taken['id']}").status_code == 204
    assert ada.get(f"{ADMIN}/knowledge-bases/{house.handbook}/snapshots").json() == []
    assert ada.delete(f"{ADMIN}/snapshots/{taken['id']}").status_code == 404


def test_going_back_does_what_was_shown_and_is_recorded(
    house: House, ada: TestClient, mended: Mended
) -> None:
    leave = house.add_document(house.handbook, "leave.md", "Leave takes thirty days.")
    taken = take(house, ada)
    house.platform.removals.remove_documents([DocumentId(leave.document)], reason="test")
    trains = house.add_document(house.handbook, "trains.md", "Trains take two hours.")

    planned = ada.get(f"{ADMIN}/snapshots/{taken['id']}/diff").json()
    assert planned["documents"] == [
        {
            "document_id": leave.document,
            "title": "leave.md",
            "change": "added",
            "from_version": None,
            "to_version": 1,
        },
        {
            "document_id": trains.document,
            "title": "trains.md",
            "change": "removed",
            "from_version": 1,
            "to_version": None,
        },
    ]
    done = ada.post(f"{ADMIN}/snapshots/{taken['id']}/rollback").json()
    assert (done["diff"], done["paused_sources"]) == (planned, [])
    assert mended.bases == [house.handbook]
    listed = ada.get(f"{ADMIN}/knowledge-bases/{house.handbook}/documents").json()["items"]
    assert [document["id"] for document in listed] == [leave.document]
    kinds = [
        (each["kind"], each["name"], each["is_live"])
        for each in ada.get(f"{ADMIN}/knowledge-bases/{house.handbook}/snapshots").json()
    ]
    assert ("rollback", "Before going back to Before the merger", False) in kinds
    [entry] = ada.get(f"{ADMIN}/audit?action=snapshot.rollback").json()["items"]
    assert (entry["actor"], entry["target"]) == ("ada", "Before the merger")


def test_any_two_kept_revisions_can_be_compared(house: House, ada: TestClient) -> None:
    house.add_document(house.handbook, "leave.md", "Leave takes thirty days.")
    path = f"{ADMIN}/knowledge-bases/{house.handbook}/diff"
    told = ada.get(f"{path}?from_revision=0&to_revision=1").json()
    assert [(each["title"], each["change"]) for each in told["documents"]] == [
        ("leave.md", "added")
    ]
    assert (told["chunks_added"], told["chunks_removed"]) == (1, 0)
    assert ada.get(f"{path}?from_revision=0&to_revision=9").status_code == 404
    assert ada.get(f"{path}?from_revision=-1&to_revision=1").status_code == 400


def test_only_administrators_may(house: House, ada: TestClient, employee: User) -> None:
    taken = take(house, ada)
    eve = signed_in(house.platform, employee.username)
    path = f"{ADMIN}/snapshots/{taken['id']}"
    answers = [
        eve.get(f"{ADMIN}/knowledge-bases/{house.handbook}/snapshots"),
        eve.post(f"{ADMIN}/knowledge-bases/{house.handbook}/snapshots", json={"name": "x"}),
        eve.get(f"{path}/diff"),
        eve.post(f"{path}/rollback"),
        eve.delete(path),
        eve.post(f"{ADMIN}/documents/any/purge"),
        eve.post(f"{ADMIN}/doctor/gone", json={"sentence": "Leave takes thirty days."}),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
