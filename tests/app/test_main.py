"""The middleware around the routes."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from app.main import create_app
from app.people.user import User
from app.platform import Platform
from app.security_headers import SECURITY_HEADERS

UPLOAD = "/api/v1/admin/knowledge-bases/handbook/documents"
MIB = 1024 * 1024


@pytest.mark.parametrize(
    "path", ["/healthz", "/api/v1/me", "/api/v1/nothing", "/ask", "/assets/none.js"]
)
def test_every_response_carries_the_security_headers(
    client_of: Callable[..., TestClient], path: str
) -> None:
    headers = client_of().get(path).headers
    assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_answers_of_the_api_are_kept_by_no_cache(
    client_of: Callable[..., TestClient], employee: User
) -> None:
    assert client_of("eve").get("/api/v1/me").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("offered", "kept"),
    [("proxy-0001", True), ("short", False), ("a b c d e f", False), ("x" * 65, False)],
)
def test_a_proxys_id_is_kept_when_it_looks_like_one(
    client_of: Callable[..., TestClient], offered: str, kept: bool
) -> None:
    answer = client_of().get("/healthz", headers={"X-Request-ID": offered})
    given = answer.headers["X-Request-ID"]
    assert (given == offered) is kept
    assert len(given) >= 8


def test_the_log_says_who_asked_for_which_route_and_not_what(
    client_of: Callable[..., TestClient], admin: User
) -> None:
    client = client_of("ada")
    with capture_logs() as lines:
        answer = client.get("/api/v1/admin/audit?q=private+words")
        client.patch("/api/v1/admin/users/0123", json={"display_name": "private words"})
        client.get("/some/page?q=private")
    first, second, third = lines
    assert first["event"] == "request"
    assert (first["method"], first["route"]) == ("GET", "/api/v1/admin/audit")
    assert (first["status"], first["user_id"]) == (200, admin.id)
    assert first["ms"] >= 0
    assert answer.headers["X-Request-ID"]
    assert (second["route"], second["status"]) == ("/api/v1/admin/users/{user_id}", 404)
    assert (third["route"], third["user_id"]) == ("web", None)
    assert "private" not in str(lines)
    assert client.cookies["colophon_session"] not in str(lines)


def test_requests_are_counted_by_route_and_not_by_path(
    client_of: Callable[..., TestClient], admin: User
) -> None:
    client = client_of("ada")
    for number in range(3):
        client.delete(f"/api/v1/admin/groups/{number}")
    client.request("BREW", "/pot")
    text = client.get("/metrics").text
    counted = 'method="DELETE",route="/api/v1/admin/groups/{group_id}",status="404"'
    assert f"http_requests_total{{{counted}}} 3.0" in text
    assert 'method="OTHER",route="web"' in text
    assert "http_request_duration_seconds_bucket" in text
    assert "http_requests_in_progress 1.0" in text


def test_a_json_body_may_have_one_mebibyte(client_of: Callable[..., TestClient]) -> None:
    client = client_of()
    for content, status in ((b" " * MIB, 400), (b" " * (MIB + 1), 413)):
        answer = client.post("/api/v1/session", content=content)
        assert answer.status_code == status
    assert answer.json()["code"] == "too_large"
    assert answer.json()["message"] == "The request is larger than 1 MiB."


def test_a_body_without_a_length_is_limited_as_well(
    client_of: Callable[..., TestClient],
) -> None:
    answer = client_of().post("/api/v1/session", content=iter([b" " * 64 * 1024] * 40))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_body_over_the_limit_is_not_read_to_its_end(platform: Platform) -> None:
    """Called as a server does, because the test client reads the whole body by itself."""
    app, read, sent = create_app(platform), [], []

    async def receive() -> dict[str, object]:
        read.append(64 * 1024)
        return {"type": "http.request", "body": b" " * 64 * 1024, "more_body": len(read) < 100}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/session",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
        "client": ("192.0.2.1", 1),
    }
    asyncio.run(app(scope, receive, send))
    assert sum(read) == MIB + 64 * 1024
    assert [message.get("status") for message in sent] == [413, None]


def test_a_form_at_another_address_gets_no_larger_limit(
    client_of: Callable[..., TestClient], admin: User
) -> None:
    files = {"file": ("a.txt", b"x" * (MIB + 1))}
    assert client_of("ada").post("/api/v1/me/api-keys", files=files).status_code == 413


def test_only_administrators_may_send_large_files(
    client_of: Callable[..., TestClient], admin: User, employee: User
) -> None:
    files = {"file": ("a.txt", b"x" * (2 * MIB))}
    assert client_of().post(UPLOAD, files=files).status_code == 401
    assert client_of("eve").post(UPLOAD, files=files).status_code == 403
    forged = client_of("ada")
    del forged.headers["X-Colophon"]
    assert forged.post(UPLOAD, files=files).status_code == 403


def test_the_body_of_a_refused_upload_is_not_read(client_of: Callable[..., TestClient]) -> None:
    read = []

    def body() -> Iterator[bytes]:
        read.append("begun")
        yield b"x" * 64 * 1024

    form = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = client_of().post(UPLOAD, content=body(), headers=form)
    assert answer.status_code == 401
    assert read == []


def test_uploads_have_their_own_limit(platform: Platform, admin: User) -> None:
    uploads = platform.settings.uploads.model_copy(update={"max_bytes": 2 * MIB})
    settings = platform.settings.model_copy(update={"uploads": uploads})
    app = create_app(replace(platform, settings=settings))
    _key, token = platform.api_keys.create(admin, "uploads")
    client = TestClient(
        app,
        base_url="http://localhost",
        headers={"Authorization": f"Bearer {token}"},
        raise_server_exceptions=False,
    )
    larger = {"file": ("a.txt", b"x" * (2 * MIB + 65 * 1024))}
    answer = client.post(UPLOAD, files=larger)
    assert answer.status_code == 413
    assert answer.json()["message"] == "The file is larger than 2 MiB, the limit for uploads."
    fitting = {"file": ("a.txt", b"x" * (2 * MIB))}
    # The library is not wired in these tests: reaching it proves that the body came through.
    assert client.post(UPLOAD, files=fitting).status_code == 500


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8080", 200),
        ("LOCALHOST", 200),
        ("127.0.0.1:8080", 200),  # where the command line asks, whatever names are set
        ("evil.example", 400),
        ("localhost.evil.example", 400),
        ("[", 400),
        ("", 400),
    ],
)
def test_only_our_own_names_are_answered(
    client_of: Callable[..., TestClient], employee: User, host: str, status: int
) -> None:
    answer = client_of("eve").get("/api/v1/me", headers={"Host": host})
    # The cookie belongs to the host "localhost"; under our other names nobody is signed in.
    assert answer.status_code in (status, 401 if status == 200 else status)


def test_a_wildcard_trusts_every_name_below(platform: Platform) -> None:
    server = platform.settings.server.model_copy(update={"trusted_hosts": ("*.example.com",)})
    settings = platform.settings.model_copy(update={"server": server})
    client = TestClient(create_app(replace(platform, settings=settings)))
    statuses = {
        host: client.get("/openapi.json", headers={"Host": host}).status_code
        for host in ("ask.example.com", "example.com", "notexample.com", "a.b.example.com")
    }
    assert statuses == {
        "ask.example.com": 200,
        "example.com": 400,
        "notexample.com": 400,
        "a.b.example.com": 200,
    }


def test_probes_are_answered_under_any_name(client_of: Callable[..., TestClient]) -> None:
    assert client_of().get("/healthz", headers={"Host": "10.0.0.7:8080"}).status_code == 200
