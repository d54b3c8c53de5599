from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.people.accounts import AccountChange
from app.people.user import User
from app.platform import Platform
from app.tables import sessions
from tests.app.conftest import PASSWORD, MovableClock


def sign_in(client: TestClient, username: str, password: str):
    return client.post("/api/v1/session", json={"username": username, "password": password})


def test_signing_in_sets_a_cookie_that_scripts_of_a_page_cannot_read(
    client_of: Callable[..., TestClient], employee: User
) -> None:
    answer = sign_in(client_of(), "EVE", PASSWORD)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": employee.id,
        "username": "eve",
        "display_name": "Eve",
        "role": "employee",
    }
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("colophon_session=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie.split("; ")


def test_the_database_holds_the_digest_and_not_the_token(
    client_of: Callable[..., TestClient], employee: User, platform: Platform
) -> None:
    client = client_of("eve")
    with platform.database.read() as connection:
        stored = connection.scalars(select(sessions.c.token_sha256)).all()
    assert len(stored) == 1
    assert stored[0] != client.cookies["colophon_session"]


def test_signing_out_ends_the_session_on_the_server(
    client_of: Callable[..., TestClient], employee: User
) -> None:
    client = client_of("eve")
    token = client.cookies["colophon_session"]
    assert client.delete("/api/v1/session").status_code == 204
    client.cookies.set("colophon_session", token)
    assert client.get("/api/v1/me").status_code == 401


def test_signing_in_again_ends_the_browsers_session_before(
    client_of: Callable[..., TestClient], employee: User, platform: Platform
) -> None:
    client = client_of("eve")
    before = client.cookies["colophon_session"]
    assert sign_in(client, "eve", PASSWORD).status_code == 200
    assert platform.sessions.user_of(before) is None
    assert client.get("/api/v1/me").status_code == 200


def test_a_session_expires(
    client_of: Callable[..., TestClient], employee: User, clock: MovableClock
) -> None:
    client = client_of("eve")
    clock.move(hours=7.9)
    assert client.get("/api/v1/me").status_code == 200
    clock.move(hours=0.2)
    assert client.get("/api/v1/me").status_code == 401


def test_expired_sessions_are_swept_when_somebody_signs_in(
    client_of: Callable[..., TestClient], employee: User, clock: MovableClock, platform: Platform
) -> None:
    client_of("eve")
    clock.move(hours=9)
    client_of("eve")
    with platform.database.read() as connection:
        assert len(connection.execute(select(sessions)).all()) == 1


@pytest.mark.parametrize(
    "change",
    [
        AccountChange(disabled=True),
        AccountChange(role="admin"),
        AccountChange(password="another long one"),
    ],
)
def test_a_change_of_rights_or_password_ends_every_session(
    client_of: Callable[..., TestClient], employee: User, platform: Platform, change: AccountChange
) -> None:
    client = client_of("eve")
    platform.accounts.change(employee.id, change, None)
    assert client.get("/api/v1/me").status_code == 401


def test_another_name_keeps_the_session(
    client_of: Callable[..., TestClient], employee: User, platform: Platform
) -> None:
    client = client_of("eve")
    platform.accounts.change(employee.id, AccountChange(display_name="Evelyn"), None)
    assert client.get("/api/v1/me").json()["display_name"] == "Evelyn"


def test_changing_my_password_ends_my_other_sessions_but_not_this_one(
    client_of: Callable[..., TestClient], employee: User
) -> None:
    here, elsewhere = client_of("eve"), client_of("eve")
    body = {"current": PASSWORD, "new": "a new long password"}
    assert here.put("/api/v1/me/password", json=body).status_code == 204
    assert here.get("/api/v1/me").status_code == 200
    assert elsewhere.get("/api/v1/me").status_code == 401
    assert sign_in(client_of(), "eve", PASSWORD).status_code == 401
    assert sign_in(client_of(), "eve", "a new long password").status_code == 200


def test_a_wrong_current_password_changes_nothing(
    client_of: Callable[..., TestClient], employee: User
) -> None:
    client = client_of("eve")
    body = {"current": "wrong", "new": "a new long password"}
    answer = client.put("/api/v1/me/password", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert sign_in(client_of(), "eve", PASSWORD).status_code == 200


def test_an_administrator_signs_a_user_out_everywhere(
    client_of: Callable[..., TestClient], admin: User, employee: User
) -> None:
    client, boss = client_of("eve"), client_of("ada")
    users = {user["username"]: user for user in boss.get("/api/v1/admin/users").json()}
    assert users["eve"]["sessions"] == 1
    assert boss.delete(f"/api/v1/admin/users/{employee.id}/sessions").status_code == 204
    assert client.get("/api/v1/me").status_code == 401
    assert boss.get("/api/v1/me").status_code == 200


def test_the_cookie_is_secure_when_the_public_url_is(platform: Platform) -> None:
    server = platform.settings.server
    assert not server.sends_secure_cookies
    https = server.model_copy(update={"public_url": "https://ask.example.com"})
    assert https.sends_secure_cookies
    assert not https.model_copy(update={"secure_cookies": False}).sends_secure_cookies
