"""No byte of any response reaches a user who may not read it, whatever changes; the next request
knows of each change. The book that `walked.py` keeps is the judge.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from fastapi.testclient import TestClient

from app.main import create_app, routed_app
from app.people.user import User
from app.platform import Platform
from app.tables import metadata
from retrieval.answer.answerer import Answerer
from retrieval.store.database import Database
from tests.app.conftest import MovableClock
from tests.app.furnished import furnish
from tests.app.looks import EVERYBODY, SOMEBODY
from tests.app.walked import NothingToMend, Quoter
from tests.app.walking import Walk

# What no walk asks: it signs people in and out, or changes nothing but their own account.
OWN_ACCOUNT = frozenset(
    {
        "POST /api/v1/session",
        "DELETE /api/v1/session",
        "PUT /api/v1/me/password",
        "POST /api/v1/me/api-keys",
        "DELETE /api/v1/me/api-keys/{key_id}",
    }
)

SHOWING = (
    "GET /api/v1/knowledge-bases",
    "GET /v1/models",
    "GET /api/v1/filters",
    "POST /api/v1/search",
    "GET /api/v1/documents/{document_id}/text",
    "GET /api/v1/documents/{document_id}/original",
    "POST /api/v1/answers",
    "POST /v1/chat/completions",
    "GET /api/v1/conversations/{conversation_id}",
    "PUT /api/v1/turns/{turn_id}/feedback",
)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Database:
    opened: Database = request.getfixturevalue(getattr(request, "param", "sqlite"))
    metadata.create_all(opened.engine)
    return opened


@pytest.fixture
def by_meaning(request: pytest.FixtureRequest) -> bool:
    """Whether documents have vectors and questions are searched by them."""
    return bool(getattr(request, "param", False))


@pytest.fixture
def walk(
    platform: Platform, clock: MovableClock, tmp_path: Path, admin: User, by_meaning: bool
) -> Iterator[Callable[..., Walk]]:
    """Answers are made by the real answerer out of what the real search finds."""
    house = furnish(platform, clock, tmp_path, admin)
    house.embedder.away = not by_meaning
    answerer = Answerer(
        house.platform.searcher, Quoter(), house.embedder, surroundings=house.index.corpus
    )
    furnished = replace(
        house.platform,
        reindexing=NothingToMend(),
        asking=replace(house.platform.asking, answerer=answerer),
        openai=replace(house.platform.openai, answerer=answerer),
    )
    with TestClient(create_app(furnished), base_url="http://localhost") as client:
        yield lambda seed: Walk(replace(house, platform=furnished), client, Random(seed))


def walked(walk: Walk, steps: int) -> None:
    for number in range(steps):
        try:
            walk.step()
        except AssertionError as error:
            error.add_note(f"After step {number}: {', '.join(walk.told)}")
            raise


def grounds(*walks: tuple[str, bool, int, int]) -> pytest.MarkDecorator:
    """Database, whether there are vectors, the seed and the number of changes of each walk."""
    names = ("database", "by_meaning", "seed", "steps")
    return pytest.mark.parametrize(names, walks, indirect=["database", "by_meaning"])


@grounds(("sqlite", False, 1, 8), ("sqlite", True, 2, 8), ("postgres", True, 4, 4))
def test_only_readers_see_a_canary_after_each_change(
    walk: Callable[..., Walk], by_meaning: bool, seed: int, steps: int
) -> None:
    walking = walk(seed)
    walked(walking, steps)
    assert (walking.looking.by_meaning > 0) == by_meaning
    for route in SHOWING:
        assert walking.looking.saw[route] > 0, f"{route} showed nothing, which proves nothing"


@pytest.mark.slow
@pytest.mark.timeout(900)
@grounds(
    ("sqlite", False, 100, 60),
    ("sqlite", True, 101, 60),
    ("sqlite", True, 102, 60),
    ("postgres", False, 103, 60),
    ("postgres", True, 104, 60),
    ("postgres", True, 105, 60),
)
def test_only_readers_see_a_canary_on_a_long_walk(
    walk: Callable[..., Walk], seed: int, steps: int
) -> None:
    walked(walk(seed), steps)


def test_every_route_that_an_employee_may_call_is_looked_at(walk: Callable[..., Walk]) -> None:
    walking = walk(3)
    somebody = walking.book.people[1]
    for look in (*SOMEBODY, *EVERYBODY):
        look(walking.looking, somebody)
    routes = {
        f"{method.upper()} {path}"
        for path, methods in routed_app().openapi()["paths"].items()
        for method in methods
        if "/admin/" not in path
    }
    assert routes - walking.looking.used - OWN_ACCOUNT == set()
