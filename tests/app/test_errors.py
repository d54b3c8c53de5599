from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from app.errors import STATUS, status_of
from app.main import create_app
from app.people.user import User
from app.platform import Platform
from retrieval.errors import (
    Conflict,
    KnowledgeBaseError,
    NotFound,
    Overloaded,
    Unauthenticated,
    Unavailable,
)


def kinds(root: type[KnowledgeBaseError] = KnowledgeBaseError) -> Iterator[type]:
    for kind in root.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_kind_of_error_has_a_status() -> None:
    found = list(kinds())
    assert len(found) >= len(STATUS)
    for kind in found:
        assert 400 <= status_of(kind.__new__(kind)) < 600, kind
    assert set(STATUS) <= set(found)


def test_a_kind_of_a_kind_has_its_status() -> None:
    class Taken(Conflict):
        """Not in the table; its parent is."""

    assert status_of(Taken("Taken.")) == 409


@pytest.fixture
def client(platform: Platform) -> TestClient:
    """The app with routes that fail, under both dialects."""
    app = create_app(platform)
    errors = {
        "overloaded": Overloaded("Busy.", retry_after=1.2),
        "unavailable": Unavailable("Loading.", retry_after=0.1),
        "unauthenticated": Unauthenticated("Who?"),
        "not_found": NotFound("No such thing."),
        "unexpected": ZeroDivisionError("swordfish"),
    }

    def fail(name: str) -> None:
        raise errors[name]

    app.add_api_route("/api/v1/fail/{name}", fail)
    app.add_api_route("/v1/fail/{name}", fail)
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


def test_an_error_is_a_sentence_with_the_id_of_the_request(client: TestClient) -> None:
    answer = client.get("/api/v1/fail/not_found")
    assert answer.status_code == 404
    assert answer.json() == {
        "code": "not_found",
        "message": "No such thing.",
        "request_id": answer.headers["X-Request-ID"],
        "reason": None,
    }


def test_openai_clients_get_errors_in_their_shape(client: TestClient) -> None:
    answer = client.get("/v1/fail/not_found")
    assert answer.status_code == 404
    assert answer.json() == {
        "error": {
            "message": "No such thing.",
            "type": "not_found",
            "param": None,
            "code": "not_found",
        }
    }
    assert answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("name", "status", "seconds"), [("overloaded", 429, "2"), ("unavailable", 503, "1")]
)
def test_whoever_must_wait_is_told_how_long(
    client: TestClient, name: str, status: int, seconds: str
) -> None:
    answer = client.get(f"/api/v1/fail/{name}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, seconds)


def test_nobody_is_told_how_to_sign_in(client: TestClient) -> None:
    answer = client.get("/api/v1/fail/unauthenticated")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_an_unexpected_error_says_nothing_but_its_id(client: TestClient) -> None:
    answer = client.get("/api/v1/fail/unexpected")
    assert answer.status_code == 500
    assert answer.json()["code"] == "error"
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]
    assert "swordfish" not in answer.text
    assert "ZeroDivision" not in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("POST", "/api/nothing", 404),
        ("GET", "/api", 404),
        ("GET", "/v1/nothing", 404),
        ("PUT", "/api/v1/status", 405),
        ("POST", "/ask", 400),
    ],
)
def test_addresses_that_do_not_exist_are_json(
    client_of: Callable[..., TestClient], method: str, path: str, status: int
) -> None:
    answer = client_of().request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"


def test_a_form_that_is_none_is_refused_with_a_sentence(
    client_of: Callable[..., TestClient], admin: User
) -> None:
    answer = client_of("ada").post(
        "/api/v1/admin/knowledge-bases/x/documents",
        content=b"no form",
        headers={"Content-Type": "multipart/form-data"},
    )
    assert answer.status_code == 400
    assert answer.json()["message"].endswith(".")
