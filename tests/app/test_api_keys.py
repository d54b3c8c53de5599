from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.people.accounts import AccountChange
from app.people.api_keys import MOST_KEYS
from app.people.user import User
from app.platform import Platform
from app.tables import api_keys
from retrieval.errors import Conflict
from tests.app.conftest import MovableClock


def a_key(client: TestClient, name: str = "report") -> dict[str, str]:
    answer = client.post("/api/v1/me/api-keys", json={"name": name})
    assert answer.status_code == 201
    return answer.json()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_key_signs_a_script_in_without_cookie_or_header(
    client_of: Callable[..., TestClient], employee: User
) -> None:
    key = a_key(client_of("eve"))
    script = client_of()
    del script.headers["X-Colophon"]
    assert script.get("/api/v1/me", headers=bearer(key["token"])).json()["username"] == "eve"
    body = {"name": "second"}
    made = script.post("/api/v1/me/api-keys", json=body, headers=bearer(key["token"]))
    assert made.status_code == 201


def test_the_token_is_shown_once_and_stored_as_a_digest(
    client_of: Callable[..., TestClient], employee: User, platform: Platform
) -> None:
    client = client_of("eve")
    key = a_key(client)
    assert key["token"].startswith("clp_")
    assert len(key["token"]) >= 40
    listed = client.get("/api/v1/me/api-keys")
    assert key["token"] not in listed.text
    assert listed.json()[0]["prefix"] == key["token"][:12]
    with platform.database.read() as connection:
        row = connection.execute(select(api_keys)).one()
    assert key["token"] not in str(row)


def test_a_revoked_key_is_refused_at_once(
    client_of: Callable[..., TestClient], employee: User
) -> None:
    client = client_of("eve")
    key = a_key(client)
    assert client.delete(f"/api/v1/me/api-keys/{key['id']}").status_code == 204
    assert client.get("/api/v1/me/api-keys").json() == []
    answer = client_of().get("/api/v1/me", headers=bearer(key["token"]))
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert client.delete(f"/api/v1/me/api-keys/{key['id']}").status_code == 404


def test_nobody_revokes_the_key_of_another(
    client_of: Callable[..., TestClient], admin: User, employee: User
) -> None:
    key = a_key(client_of("eve"))
    assert client_of("ada").delete(f"/api/v1/me/api-keys/{key['id']}").status_code == 404
    assert client_of().get("/api/v1/me", headers=bearer(key["token"])).status_code == 200


def test_the_key_of_a_disabled_user_is_refused_and_of_a_demoted_one_is_no_admins(
    client_of: Callable[..., TestClient],
    make_user: Callable[..., User],
    admin: User,
    platform: Platform,
) -> None:
    alan = make_user("alan", "admin")
    token = a_key(client_of("alan"))["token"]
    script = client_of()
    assert script.get("/api/v1/admin/users", headers=bearer(token)).status_code == 200
    platform.accounts.change(alan.id, AccountChange(role="employee"), admin)
    assert script.get("/api/v1/admin/users", headers=bearer(token)).status_code == 403
    platform.accounts.change(alan.id, AccountChange(disabled=True), admin)
    assert script.get("/api/v1/me", headers=bearer(token)).status_code == 401


def test_a_wrong_key_is_not_rescued_by_a_cookie(
    client_of: Callable[..., TestClient], employee: User
) -> None:
    assert client_of("eve").get("/api/v1/me", headers=bearer("clp_wrong")).status_code == 401


def test_use_is_noted_but_not_at_every_request(
    client_of: Callable[..., TestClient], employee: User, platform: Platform, clock: MovableClock
) -> None:
    token = a_key(client_of("eve"))["token"]
    noted = []
    for seconds in (0, 30, 31):
        clock.move(seconds=seconds)
        platform.api_keys.user_of(token)
        noted.append(platform.api_keys.of(employee)[0].last_used_at)
    assert noted[0] == noted[1] < noted[2] == clock()


def test_keys_do_not_pile_up_without_end(platform: Platform, employee: User) -> None:
    for number in range(MOST_KEYS):
        platform.api_keys.create(employee, f"key {number}")
    oldest = platform.api_keys.of(employee)[-1]
    with pytest.raises(Conflict):
        platform.api_keys.create(employee, "one more")
    platform.api_keys.revoke(employee, oldest.id)
    platform.api_keys.create(employee, "one more")
