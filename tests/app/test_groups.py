from collections.abc import Callable

from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.people.accounts import AccountChange
from app.people.user import User
from app.platform import Platform
from app.tables import groups


def test_everyone_is_there_first_and_counts_the_enabled_users(
    client_of: Callable[..., TestClient], admin: User, employee: User, platform: Platform
) -> None:
    boss = client_of("ada")
    boss.post("/api/v1/admin/groups", json={"name": "Accounting"})
    platform.accounts.change(employee.id, AccountChange(disabled=True), admin)
    everyone, accounting = boss.get("/api/v1/admin/groups").json()
    assert everyone == {"id": "everyone", "name": "Everyone", "members": 1, "built_in": True}
    assert (accounting["name"], accounting["members"]) == ("Accounting", 0)
    assert not accounting["built_in"]


def test_everyone_is_made_once(platform: Platform) -> None:
    platform.groups.ensure_everyone()
    with platform.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(groups)) == 1


def test_everyone_cannot_be_changed(client_of: Callable[..., TestClient], admin: User) -> None:
    boss = client_of("ada")
    path = "/api/v1/admin/groups/everyone"
    assert boss.patch(path, json={"name": "Nobody"}).status_code == 403
    assert boss.delete(path).status_code == 403


def test_members_are_set_through_their_account(
    client_of: Callable[..., TestClient], admin: User, employee: User
) -> None:
    boss = client_of("ada")
    group = boss.post("/api/v1/admin/groups", json={"name": "Legal"}).json()
    path = f"/api/v1/admin/users/{employee.id}"
    changed = boss.patch(path, json={"group_ids": [group["id"], "everyone", group["id"]]})
    assert changed.json()["group_ids"] == [group["id"]]
    assert boss.get("/api/v1/admin/groups").json()[1]["members"] == 1
    assert boss.patch(path, json={"group_ids": []}).json()["group_ids"] == []


def test_a_deleted_group_leaves_its_members(
    client_of: Callable[..., TestClient], admin: User, employee: User
) -> None:
    boss = client_of("ada")
    group = boss.post("/api/v1/admin/groups", json={"name": "Legal"}).json()
    boss.patch(f"/api/v1/admin/users/{employee.id}", json={"group_ids": [group["id"]]})
    assert boss.delete(f"/api/v1/admin/groups/{group['id']}").status_code == 204
    users = {user["username"]: user for user in boss.get("/api/v1/admin/users").json()}
    assert users["eve"]["group_ids"] == []
    assert boss.delete(f"/api/v1/admin/groups/{group['id']}").status_code == 404


def test_names_of_groups_are_unique(client_of: Callable[..., TestClient], admin: User) -> None:
    boss = client_of("ada")
    boss.post("/api/v1/admin/groups", json={"name": "Legal"})
    sales = boss.post("/api/v1/admin/groups", json={"name": "Sales"}).json()
    assert boss.post("/api/v1/admin/groups", json={"name": "Legal"}).status_code == 409
    path = f"/api/v1/admin/groups/{sales['id']}"
    answer = boss.patch(path, json={"name": "Legal"})
    assert answer.json()["message"] == "There is already a group called “Legal”."
    assert boss.patch(path, json={"name": "Sales EU"}).json()["name"] == "Sales EU"
