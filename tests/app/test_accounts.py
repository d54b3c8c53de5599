from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.people.accounts import AccountChange
from app.people.user import User
from app.platform import Platform
from app.tables import users
from retrieval.errors import Conflict
from tests.app.conftest import PASSWORD

NEW = {"username": "Grace", "display_name": "Grace Hopper", "password": "a very long one"}


def test_an_administrator_makes_an_account_that_can_sign_in(
    client_of: Callable[..., TestClient], admin: User
) -> None:
    boss = client_of("ada")
    made = boss.post("/api/v1/admin/users", json=NEW)
    assert made.status_code == 201
    assert made.json()["username"] == "grace"
    assert made.json()["role"] == "employee"
    assert "password" not in made.text
    body = {"username": "grace", "password": NEW["password"]}
    assert client_of().post("/api/v1/session", json=body).status_code == 200


def test_everybody_is_told_whom_to_ask_for_access(
    client_of: Callable[..., TestClient], admin: User, employee: User
) -> None:
    boss = client_of("ada")
    gone = boss.post("/api/v1/admin/users", json=NEW | {"role": "admin"}).json()["id"]
    boss.patch(f"/api/v1/admin/users/{gone}", json={"disabled": True})
    told = client_of(employee.username).get("/api/v1/me/administrators")
    assert told.json() == [admin.display_name]
    assert client_of().get("/api/v1/me/administrators").status_code == 401


def test_usernames_differ_by_more_than_case(
    client_of: Callable[..., TestClient], admin: User
) -> None:
    boss = client_of("ada")
    assert boss.post("/api/v1/admin/users", json=NEW).status_code == 201
    again = boss.post("/api/v1/admin/users", json=NEW | {"username": "GRACE"})
    assert again.status_code == 409
    assert again.json()["message"] == "There is already a user called “grace”."


def test_an_unknown_group_makes_no_account(
    client_of: Callable[..., TestClient], admin: User
) -> None:
    boss = client_of("ada")
    answer = boss.post("/api/v1/admin/users", json=NEW | {"group_ids": ["gone"]})
    assert answer.status_code == 400
    assert [user["username"] for user in boss.get("/api/v1/admin/users").json()] == ["ada"]


@pytest.mark.parametrize("body", [{"role": "employee"}, {"disabled": True}])
def test_the_last_administrator_stays_one(
    client_of: Callable[..., TestClient],
    admin: User,
    employee: User,
    body: dict[str, object],
) -> None:
    boss = client_of("ada")
    answer = boss.patch(f"/api/v1/admin/users/{admin.id}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert boss.get("/api/v1/me").json()["role"] == "admin"


def test_a_disabled_administrator_does_not_count_as_another_one(
    platform: Platform, make_user: Callable[..., User], admin: User
) -> None:
    other = make_user("alan", "admin")
    platform.accounts.change(other.id, AccountChange(disabled=True), admin)
    with pytest.raises(Conflict):
        platform.accounts.change(admin.id, AccountChange(role="employee"), admin)
    platform.accounts.change(other.id, AccountChange(disabled=False), admin)
    platform.accounts.change(admin.id, AccountChange(role="employee"), admin)


def test_two_administrators_cannot_remove_each_other_at_once(
    platform: Platform, make_user: Callable[..., User]
) -> None:
    pair = [make_user("ada", "admin"), make_user("alan", "admin")]

    def demote(user: User) -> bool:
        try:
            platform.accounts.change(user.id, AccountChange(role="employee"), None)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, pair)) == [False, True]


def test_nobody_deletes_their_own_account(
    client_of: Callable[..., TestClient], make_user: Callable[..., User], admin: User
) -> None:
    make_user("alan", "admin")
    answer = client_of("ada").delete(f"/api/v1/admin/users/{admin.id}")
    assert answer.status_code == 409


def test_a_deleted_user_is_gone_with_everything(
    client_of: Callable[..., TestClient], admin: User, employee: User
) -> None:
    client, boss = client_of("eve"), client_of("ada")
    assert boss.delete(f"/api/v1/admin/users/{employee.id}").status_code == 204
    assert client.get("/api/v1/me").status_code == 401
    assert boss.delete(f"/api/v1/admin/users/{employee.id}").status_code == 404
    body = {"username": "eve", "password": PASSWORD}
    assert client_of().post("/api/v1/session", json=body).status_code == 401


def test_a_change_of_nothing_changes_nothing(
    client_of: Callable[..., TestClient], admin: User, employee: User
) -> None:
    boss = client_of("ada")
    before = boss.get("/api/v1/admin/users").json()
    assert boss.patch(f"/api/v1/admin/users/{employee.id}", json={}).status_code == 200
    assert boss.get("/api/v1/admin/users").json() == before


def test_the_first_administrator_is_made_once_by_fifty_at_once(platform: Platform) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [pool.submit(platform.accounts.create_first_admin) for _ in range(50)]
        firsts = [future.result() for future in made if future.result()]
    assert len(firsts) == 1
    with platform.database.read() as connection:
        assert connection.scalars(select(users.c.username)).all() == ["admin"]
    user, password = firsts[0]
    assert user.is_admin
    assert len(password) >= 20


def test_no_administrator_is_made_beside_other_users(platform: Platform, employee: User) -> None:
    assert platform.accounts.create_first_admin() is None


def test_passwords_are_stored_as_argon2id(platform: Platform, employee: User) -> None:
    with platform.database.read() as connection:
        assert connection.scalar(select(users.c.password_hash)).startswith("$argon2id$")
