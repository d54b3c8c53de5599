from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert

from app.people.audit import Entry
from app.people.user import User
from app.platform import Platform
from app.tables import groups
from tests.app.conftest import PASSWORD, MovableClock


def entries(client: TestClient, query: str = "") -> list[dict[str, object]]:
    return client.get(f"/api/v1/admin/audit{query}").json()["items"]


def test_every_deed_of_an_administrator_is_written_down(
    client_of: Callable[..., TestClient], admin: User, clock: MovableClock
) -> None:
    boss = client_of("ada")
    deeds = []

    def done(action: str) -> None:
        deeds.append(action)
        clock.move(seconds=1)

    clock.move(seconds=1)
    group = boss.post("/api/v1/admin/groups", json={"name": "Legal"}).json()["id"]
    done("group.create")
    boss.patch(f"/api/v1/admin/groups/{group}", json={"name": "Law"})
    done("group.rename")
    body = {"username": "eve", "display_name": "Eve", "password": PASSWORD}
    user = boss.post("/api/v1/admin/users", json=body).json()["id"]
    done("user.create")
    boss.patch(f"/api/v1/admin/users/{user}", json={"password": "something else"})
    done("user.change")
    boss.delete(f"/api/v1/admin/users/{user}/sessions")
    done("user.sign_out")
    boss.delete(f"/api/v1/admin/users/{user}")
    done("user.delete")
    boss.delete(f"/api/v1/admin/groups/{group}")
    done("group.delete")
    key = boss.post("/api/v1/me/api-keys", json={"name": "script"}).json()["id"]
    done("api_key.create")
    boss.delete(f"/api/v1/me/api-keys/{key}")
    done("api_key.revoke")
    found = [entry for entry in entries(boss) if entry["actor"] == "ada"]
    assert [entry["action"] for entry in reversed(found)] == ["session.start", *deeds]


def test_no_password_is_written_down(
    client_of: Callable[..., TestClient], admin: User, employee: User
) -> None:
    boss = client_of("ada")
    boss.patch(f"/api/v1/admin/users/{employee.id}", json={"password": "tr0ub4dor&3xyz"})
    wrong = {"username": "my-secret-typed-here", "password": "wrong"}
    client_of().post("/api/v1/session", json=wrong)
    log = boss.get("/api/v1/admin/audit").text
    assert "tr0ub4dor" not in log
    assert "my-secret-typed-here" not in log
    refused = entries(boss, "?action=session.refuse")
    assert [entry["target"] for entry in refused] == ["an unknown user"]
    assert refused[0]["detail"] == {"address": "testclient"}


def test_groups_are_written_down_by_name(
    client_of: Callable[..., TestClient], admin: User, employee: User
) -> None:
    boss = client_of("ada")
    made = [boss.post("/api/v1/admin/groups", json={"name": name}) for name in ("Sales", "Legal")]
    ids = [group.json()["id"] for group in made]
    boss.patch(f"/api/v1/admin/users/{employee.id}", json={"group_ids": ids})
    boss.patch(f"/api/v1/admin/users/{employee.id}", json={"group_ids": []})
    changed = [entry["detail"] for entry in entries(boss, "?action=user.change")]
    assert {"groups": "Legal, Sales"} in changed
    assert {"groups": "-"} in changed


def test_a_failed_deed_leaves_no_entry(
    platform: Platform, admin: User, clock: MovableClock
) -> None:
    def fail_after_the_entry() -> None:
        with platform.database.write() as connection:
            connection.execute(insert(groups).values(id="g", name="g", created_at=clock()))
            platform.audit.record(connection, Entry("group.create", "g", admin))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_the_entry()
    assert platform.audit.find("group.create", "", 10, 0) == ([], 0)


def test_entries_are_filtered_by_action_and_words_and_paged(
    client_of: Callable[..., TestClient], admin: User, platform: Platform, clock: MovableClock
) -> None:
    for number in range(5):
        clock.move(seconds=1)
        platform.audit.note(Entry("document.delete", f"plan_{number}%.pdf", admin))
    boss = client_of("ada")
    page = boss.get("/api/v1/admin/audit?action=document.delete&limit=2&offset=1").json()
    assert page["total"] == 5
    assert [entry["target"] for entry in page["items"]] == ["plan_3%.pdf", "plan_2%.pdf"]
    assert len(entries(boss, "?q=PLAN_4%25")) == 1
    assert entries(boss, "?q=%25_%25") == []


def test_an_entry_outlives_its_actor(
    client_of: Callable[..., TestClient], make_user: Callable[..., User], admin: User
) -> None:
    alan = make_user("alan", "admin")
    client_of("alan").post("/api/v1/admin/groups", json={"name": "Legal"})
    boss = client_of("ada")
    boss.delete(f"/api/v1/admin/users/{alan.id}")
    assert entries(boss, "?action=group.create")[0]["actor"] == "alan"
