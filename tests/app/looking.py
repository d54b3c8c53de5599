"""One who asks the app for everything, by any of a person's ways of signing in."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
from fastapi.testclient import TestClient

from tests.app.walked import Book, Person, canaries_in

ELSEWHERE = "0" * 32  # an id of nothing


@dataclass
class Looking:
    """`saw`: how many canaries each route has shown; one that shows none proves little."""

    client: TestClient
    book: Book
    random: Random
    saw: Counter[str] = field(default_factory=Counter)
    by_meaning: int = 0  # passages that a search also found by their vectors
    used: set[str] = field(default_factory=set)
    dead: list[dict[str, str]] = field(default_factory=list)  # headers that no longer sign in

    def ask(
        self, person: Person, route: str, *, at: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """A request by one of the person's own ways of signing in, as the route is written."""
        self.used.add(route)
        method, path = route.split()
        path = path.format(**(at or {}))
        headers = {"X-Colophon": "1", **self._proof(person), **more.pop("headers", {})}
        response = self.client.request(method, path, headers=headers, **more)
        self.client.cookies.clear()
        if path.startswith(("/api/", "/v1/")):
            kept = response.headers["cache-control"]
            assert "no-store" in kept or kept == "private, no-cache", (route, kept)
        return response

    def _proof(self, person: Person) -> dict[str, str]:
        ways = [{"Authorization": f"Bearer {token}"} for token in person.keys.values()]
        ways += [{"Cookie": f"colophon_session={person.session}"}] if person.session else []
        return self.random.choice(ways)

    def holds(
        self, route: str, response: httpx.Response, allowed: frozenset[str], *, all_of_it: bool
    ) -> None:
        head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        found = canaries_in(response.content) | canaries_in(head)
        leaks = found - allowed
        assert not leaks, (
            route,
            [response.text.lower().partition(leak)[0][-60:] + leak for leak in leaks],
        )
        if all_of_it:
            assert found == allowed, (route, "lacks", allowed - found)
        self.saw[route] += len(found)


Look = Callable[[Looking, Person], None]


def is_the_same_nothing(
    looking: Looking, person: Person, route: str, answer: httpx.Response, **at: str
) -> None:
    """A refusal tells nobody whether the thing is there."""
    if answer.status_code == 200:
        return
    nothing = looking.ask(person, route, at={"document_id": ELSEWHERE, **at})
    assert told(answer) == told(nothing), route


def told(answer: httpx.Response) -> tuple[int, dict[str, str], dict[str, str]]:
    body = {name: value for name, value in answer.json().items() if name != "request_id"}
    head = {n: v for n, v in answer.headers.items() if n not in ("x-request-id", "content-length")}
    return answer.status_code, body, head
