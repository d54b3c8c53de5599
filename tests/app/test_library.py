from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.people.user import User
from app.platform import Platform
from retrieval.search.searcher import NO_DENSE
from retrieval.types import DocumentId
from tests.app.conftest import MovableClock
from tests.app.furnished import House, furnish
from tests.app.visitors import signed_in

ADMIN = "/api/v1/admin/knowledge-bases"


@pytest.fixture
def house(platform: Platform, clock: MovableClock, tmp_path: Path, admin: User) -> House:
    return furnish(platform, clock, tmp_path, admin)


@pytest.fixture
def ada(house: House) -> TestClient:
    return signed_in(house.platform, "ada")


@pytest.fixture
def eve(house: House, employee: User) -> TestClient:
    return signed_in(house.platform, "eve")


def names(client: TestClient, path: str) -> list[str]:
    return [shown["name"] for shown in client.get(path).json()]


def test_an_employee_sees_what_groups_let_them_read_and_an_admin_all(
    house: House, ada: TestClient, eve: TestClient
) -> None:
    assert names(eve, "/api/v1/knowledge-bases") == ["Handbook"]
    assert names(ada, "/api/v1/knowledge-bases") == ["Board", "Handbook"]
    assert names(ada, ADMIN) == ["Board", "Handbook"]


def test_joining_a_group_opens_its_knowledge_bases_at_once(
    house: House, ada: TestClient, eve: TestClient, employee: User
) -> None:
    ada.patch(f"/api/v1/admin/users/{employee.id}", json={"group_ids": [house.board_group]})

    assert names(eve, "/api/v1/knowledge-bases") == ["Board", "Handbook"]


def test_a_reader_learns_nothing_that_is_for_admins(eve: TestClient) -> None:
    shown = eve.get("/api/v1/knowledge-bases").json()[0]

    assert set(shown) == {
        "id",
        "name",
        "description",
        "maintainer",
        "suggested_questions",
        "documents",
        "updated_at",
    }


def test_counts_are_of_what_is_there_now(house: House, ada: TestClient) -> None:
    house.add_document(house.handbook, "a.md", "One.", b"12345")
    gone = house.add_document(house.handbook, "b.md", "Two.", b"1")
    house.platform.removals.remove_document(DocumentId(gone.document))
    ada.post(f"{ADMIN}/{house.handbook}/documents", files={"file": ("c.txt", b"Three.")})

    shown = ada.get(f"{ADMIN}/{house.handbook}").json()

    counted = {key: shown[key] for key in ("documents", "chunks", "size", "failed", "working")}
    assert counted == {"documents": 1, "chunks": 1, "size": 5, "failed": 0, "working": 1}
    assert [group["id"] for group in shown["readers"]] == ["everyone"]


def test_the_list_costs_the_same_number_of_queries_however_long_it_is(
    house: House, ada: TestClient
) -> None:
    def queries() -> int:
        seen: list[str] = []

        def note(*arguments: object) -> None:
            seen.append(str(arguments[2]))

        event.listen(house.platform.database.engine, "before_cursor_execute", note)
        house.platform.library.all()
        event.remove(house.platform.database.engine, "before_cursor_execute", note)
        return len(seen)

    before = queries()
    for number in range(5):
        created = ada.post(ADMIN, json={"name": f"Shelf {number}"}).json()
        house.add_document(created["id"], "a.md", "One.")

    assert queries() == before


def test_a_created_knowledge_base_is_as_it_was_asked_for(house: House, ada: TestClient) -> None:
    body = {
        "name": "  Sales ",
        "description": "Prices",
        "maintainer": "Sam",
        "suggested_questions": ["What does it cost?"],
        "reader_group_ids": [house.board_group],
    }

    response = ada.post(ADMIN, json=body)

    created = response.json()
    assert response.status_code == 201
    assert {key: created[key] for key in body if key != "reader_group_ids"} == {
        **{key: body[key] for key in body if key != "reader_group_ids"},
        "name": "Sales",
    }
    assert created["readers"] == [{"id": house.board_group, "name": "Board"}]
    assert ada.get(f"{ADMIN}/{created['id']}").json() == created


def test_what_a_patch_leaves_out_stays(house: House, ada: TestClient) -> None:
    before = ada.get(f"{ADMIN}/{house.board}").json()

    after = ada.patch(f"{ADMIN}/{house.board}", json={"description": "Minutes"}).json()
    emptied = ada.patch(f"{ADMIN}/{house.board}", json={"reader_group_ids": []}).json()

    assert after == {**before, "description": "Minutes"}
    assert emptied == {**after, "readers": []}


@pytest.mark.parametrize("name", ["handbook", "HANDBOOK", " Handbook "])
def test_names_are_unique_whatever_their_case(house: House, ada: TestClient, name: str) -> None:
    created = ada.post(ADMIN, json={"name": name})
    renamed = ada.patch(f"{ADMIN}/{house.board}", json={"name": name})
    same = ada.patch(f"{ADMIN}/{house.handbook}", json={"name": name})

    assert (created.status_code, renamed.status_code, same.status_code) == (409, 409, 200)
    assert created.json()["message"] == "There is a knowledge base called “Handbook” already."


def test_names_outside_ascii_are_unique_whatever_their_case(ada: TestClient) -> None:
    assert ada.post(ADMIN, json={"name": "ÉTUDES"}).status_code == 201
    assert ada.post(ADMIN, json={"name": "études"}).status_code == 409


def test_an_unknown_group_creates_nothing(ada: TestClient) -> None:
    response = ada.post(ADMIN, json={"name": "Sales", "reader_group_ids": ["0" * 32]})

    assert response.status_code == 404
    assert "Sales" not in names(ada, ADMIN)


def test_a_deleted_knowledge_base_is_gone_for_everyone(
    house: House, ada: TestClient, eve: TestClient
) -> None:
    assert ada.delete(f"{ADMIN}/{house.handbook}").status_code == 204

    assert names(eve, "/api/v1/knowledge-bases") == []
    assert ada.get(f"{ADMIN}/{house.handbook}").status_code == 404
    assert ada.delete(f"{ADMIN}/{house.handbook}").status_code == 404


def test_each_change_leaves_an_entry_in_the_audit_log(house: House, ada: TestClient) -> None:
    sales = ada.post(ADMIN, json={"name": "Sales"}).json()["id"]
    ada.patch(f"{ADMIN}/{sales}", json={"name": "Prices", "reader_group_ids": [house.board_group]})
    ada.delete(f"{ADMIN}/{sales}")

    entries = ada.get("/api/v1/admin/audit?q=knowledge_base").json()["items"]
    deeds = [(entry["actor"], entry["action"], entry["target"]) for entry in entries]
    assert {
        ("ada", "knowledge_base.create", "Sales"),
        ("ada", "knowledge_base.change", "Prices"),
        ("ada", "knowledge_base.delete", "Prices"),
    } <= set(deeds)
    change = next(entry for entry in entries if entry["action"] == "knowledge_base.change")
    assert change["detail"] == {"name": "Sales → Prices", "readers": "- → Board"}


def test_every_admin_route_refuses_an_employee(house: House, eve: TestClient) -> None:
    one = f"{ADMIN}/{house.handbook}"
    answers = [
        eve.get(ADMIN),
        eve.post(ADMIN, json={"name": "Mine"}),
        eve.get(one),
        eve.patch(one, json={"name": "Mine"}),
        eve.delete(one),
        eve.get(f"{one}/documents"),
        eve.post(f"{one}/documents", files={"file": ("a.txt", b"a")}),
        eve.get(f"{one}/sources"),
        eve.post(f"{one}/sources", json={"location": "/"}),
        eve.get("/api/v1/admin/documents/1"),
        eve.delete("/api/v1/admin/documents/1"),
        eve.post("/api/v1/admin/documents/1/retry"),
        eve.get("/api/v1/admin/documents/1/chunks"),
        eve.delete("/api/v1/admin/sources/1"),
        eve.post("/api/v1/admin/sources/1/sync"),
        eve.get("/api/v1/admin/sources/1/runs"),
        eve.get("/api/v1/admin/jobs"),
    ]

    assert [answer.status_code for answer in answers] == [403] * len(answers)


def test_a_search_finds_passages_only_where_one_may_read(
    house: House, ada: TestClient, eve: TestClient
) -> None:
    for place in (house.handbook, house.board):
        cited = house.add_document(place, f"{place}.md", "The salary of the printer.")
        house.index.add(cited.knowledge_base, [cited.chunk])

    def found(client: TestClient, **more: object) -> list[str]:
        body = {"question": "printer salary", **more}
        return [
            p["knowledge_base_id"]
            for p in client.post("/api/v1/search", json=body).json()["passages"]
        ]

    assert found(eve) == [house.handbook]
    assert sorted(found(ada)) == sorted([house.handbook, house.board])
    assert found(ada, knowledge_base_ids=[house.board]) == [house.board]
    refused = eve.post(
        "/api/v1/search", json={"question": "salary", "knowledge_base_ids": [house.board]}
    )
    assert refused.status_code == 404


def test_a_search_says_what_it_had_to_leave_out(house: House, eve: TestClient) -> None:
    body = eve.post("/api/v1/search", json={"question": "anything"}).json()

    assert body == {
        "passages": [],
        "degraded": NO_DENSE,
    }
