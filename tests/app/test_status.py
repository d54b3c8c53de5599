from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.people.user import User
from app.platform import Platform
from app.shapes.people import ModelStatusOut
from app.tables import metadata
from tests.app.conftest import FixedModels


def with_models(platform: Platform, **states: str) -> Platform:
    models = [
        ModelStatusOut(name=role, role=role, state=state, progress=0.5, detail="")
        for role, state in states.items()
    ]
    return replace(platform, model_status=FixedModels(models))


def test_the_process_lives_whatever_else_does_not(client_of: Callable[..., TestClient]) -> None:
    assert client_of().get("/healthz").json() == {"status": "alive"}


def test_ready_means_that_one_can_search(client_of: Callable[..., TestClient]) -> None:
    answer = client_of().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})


def test_not_ready_says_why(platform: Platform) -> None:
    loading = with_models(platform, embedder="loading", generator="ready")
    metadata.drop_all(platform.database.engine)
    answer = TestClient(create_app(loading), base_url="http://localhost").get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "reasons": [
            "The database does not answer.",
            "Search is not possible: the embedder is loading.",
        ],
    }


@pytest.mark.parametrize(
    ("embedder", "generator", "search", "answers"),
    [
        ("ready", "ready", True, True),
        ("ready", "loading", True, False),
        ("loading", "ready", False, False),
        ("failed", "failed", False, False),
    ],
)
def test_the_status_line_tells_searching_from_answering(
    platform: Platform, admin: User, embedder: str, generator: str, search: bool, answers: bool
) -> None:
    parts = with_models(platform, embedder=embedder, generator=generator)
    _key, token = platform.api_keys.create(admin, "status")
    client = TestClient(create_app(parts), base_url="http://localhost")
    found = client.get("/api/v1/status", headers={"Authorization": f"Bearer {token}"}).json()
    assert (found["search_ready"], found["answers_ready"]) == (search, answers)
    assert [model["state"] for model in found["models"]] == [embedder, generator]
    assert found["version"]


def test_without_an_embedder_nothing_is_ready(platform: Platform) -> None:
    client = TestClient(create_app(with_models(platform)), base_url="http://localhost")
    assert client.get("/readyz").status_code == 503
