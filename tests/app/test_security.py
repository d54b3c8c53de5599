"""Walks every route of the schema, so that a new one cannot be forgotten."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest
from fastapi.testclient import TestClient

from app.main import create_app, routed_app
from app.people.user import User
from app.platform import Platform
from app.tokens import new_id

ANYBODY = {
    ("post", "/api/v1/session"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
}
PRIVILEGES = {"role": "admin", "is_admin": True, "user_id": "x", "owner_id": "x", "id": "x"}


@cache
def schema_of_all() -> dict[str, object]:
    return routed_app().openapi()


def operations() -> Iterator[tuple[str, str, dict[str, object]]]:
    for path, methods in schema_of_all()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def filled(path: str) -> str:
    """The path with an id that exists nowhere in the place of each parameter."""
    return "/".join(new_id() if part.startswith("{") else part for part in path.split("/"))


def json_body(operation: dict[str, object]) -> bool:
    content = operation.get("requestBody", {}).get("content", {})
    return "application/json" in content


PRIVATE = [(m, p) for m, p, _ in operations() if (m, p) not in ANYBODY]
ADMINS = [(m, p) for m, p in PRIVATE if "/admin/" in p]
WRITES = [(m, p) for m, p, operation in operations() if json_body(operation)]


def test_the_walk_finds_the_routes() -> None:
    assert {("get", "/api/v1/me"), ("post", "/v1/chat/completions")} <= set(PRIVATE)
    assert len(ADMINS) >= 20
    assert ANYBODY.issubset((method, path) for method, path, _ in operations())


@pytest.mark.parametrize(("method", "path"), PRIVATE)
def test_every_route_asks_who_is_there(
    client_of: Callable[..., TestClient], method: str, path: str
) -> None:
    answer = client_of().request(method, filled(path), **valid_body(method, path))
    assert answer.status_code == 401


@pytest.mark.parametrize(("method", "path"), ADMINS)
def test_employees_are_refused_on_every_admin_route(
    client_of: Callable[..., TestClient], employee: User, method: str, path: str
) -> None:
    answer = client_of("eve").request(method, filled(path), **valid_body(method, path))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("method", "path"), [one for one in WRITES if not one[1].startswith("/v1/")]
)
def test_no_write_takes_a_field_that_it_does_not_know(
    client_of: Callable[..., TestClient], admin: User, method: str, path: str
) -> None:
    client = client_of("ada")
    body = valid_body(method, path)["json"]
    for field in PRIVILEGES.keys() - body.keys() - OWN_FIELDS.get((method, path), set()):
        sent = body | {field: PRIVILEGES[field]}
        answer = client.request(method, filled(path), json=sent)
        assert answer.status_code == 400, (field, answer.text)
        assert answer.json()["message"] == f"There is no field called “{field}” here."


# A role is a field of accounts; there it needs an administrator.
OWN_FIELDS = {
    ("post", "/api/v1/admin/users"): {"role"},
    ("patch", "/api/v1/admin/users/{user_id}"): {"role"},
}


def valid_body(method: str, path: str) -> dict[str, object]:
    """What the schema asks for at least, so that nothing but the rights can refuse it."""
    schema = schema_of_all()
    content = schema["paths"][path][method].get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return {"files": {"file": ("a.txt", b"text")}}
    if "application/json" not in content:
        return {}
    return {"json": sample(content["application/json"]["schema"], schema)}


def sample(part: dict[str, object], schema: dict[str, object]) -> object:
    if "$ref" in part:
        name = part["$ref"].rsplit("/", 1)[-1]
        return sample(schema["components"]["schemas"][name], schema)
    if "anyOf" in part:
        return sample(part["anyOf"][0], schema)
    kind = part.get("type")
    if kind == "object":
        wanted = part.get("required", [])
        return {name: sample(part["properties"][name], schema) for name in wanted}
    if kind == "array":
        return [sample(part["items"], schema)] * part.get("minItems", 1)
    word = part.get("enum", ["x" * part.get("minLength", 1)])[0]
    return {"string": word, "integer": 1, "boolean": True}.get(kind)


CHANGES = [(m, p) for m, p in PRIVATE if m not in ("get", "head") and p.startswith("/api/")]


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_a_cookie_alone_changes_nothing(
    client_of: Callable[..., TestClient], admin: User, method: str, path: str
) -> None:
    client = client_of("ada")
    del client.headers["X-Colophon"]
    answer = client.request(method, filled(path), **valid_body(method, path))
    assert answer.status_code == 403
    assert "X-Colophon" in answer.json()["message"]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost", 201),
        ("https://localhost", 201),  # behind a proxy that ends TLS
        ("https://evil.example", 403),
        ("http://localhost:9999", 403),
        ("http://localhost.evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_another_sites_page_is_refused_by_its_origin(
    client_of: Callable[..., TestClient], employee: User, origin: str, status: int
) -> None:
    client = client_of("eve")
    answer = client.post("/api/v1/me/api-keys", json={"name": "k"}, headers={"Origin": origin})
    assert answer.status_code == status


def test_another_sites_page_cannot_sign_its_visitor_in(
    client_of: Callable[..., TestClient], employee: User
) -> None:
    body = {"username": "eve", "password": "correct horse battery"}
    foreign = {"Origin": "https://evil.example"}
    answer = client_of().post("/api/v1/session", json=body, headers=foreign)
    assert answer.status_code == 403
    form = client_of().post("/api/v1/session", data=body)
    assert form.status_code == 400


def test_the_public_url_is_an_own_origin(
    client_of: Callable[..., TestClient], employee: User, platform: Platform
) -> None:
    here = client_of("eve")
    server = platform.settings.server.model_copy(update={"public_url": "https://ask.example.com"})
    settings = platform.settings.model_copy(update={"server": server})
    app = create_app(replace(platform, settings=settings))
    behind_proxy = TestClient(app, base_url="http://localhost", cookies=here.cookies)
    headers = {"Origin": "https://ask.example.com", "X-Colophon": "1"}
    answer = behind_proxy.post("/api/v1/me/api-keys", json={"name": "k"}, headers=headers)
    assert answer.status_code == 201


def test_reading_needs_no_header(client_of: Callable[..., TestClient], employee: User) -> None:
    client = client_of("eve")
    del client.headers["X-Colophon"]
    assert client.get("/api/v1/me", headers={"Origin": "null"}).status_code == 200


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "bearer clp_x", "Basic ZXZlOng=", "clp_x", "Bearer \x00"]
)
def test_a_malformed_authorization_is_refused(
    client_of: Callable[..., TestClient], employee: User, header: str
) -> None:
    answer = client_of().get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
