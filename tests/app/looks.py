"""Everything that an employee may ask of the app, and which canaries each answer may hold."""

from typing import Any

import httpx

from tests.app.looking import Look, Looking, is_the_same_nothing
from tests.app.looking_back import files, history
from tests.app.visitors import events_of
from tests.app.walked import QUESTION, Paper, Person, canaries_in


def _shows_no_canary(route: str) -> Look:
    def look(looking: Looking, person: Person) -> None:
        looking.holds(route, looking.ask(person, route), frozenset(), all_of_it=True)

    return look


def shelves(looking: Looking, person: Person) -> None:
    mine = frozenset(base.canary for base in looking.book.bases_of(person))
    for route in ("GET /api/v1/knowledge-bases", "GET /v1/models"):
        looking.holds(route, looking.ask(person, route), mine, all_of_it=True)
    listed = looking.ask(person, "GET /api/v1/knowledge-bases").json()
    papers = looking.book.papers_of(person)
    for shown in listed:
        here = [paper for paper in papers if paper.base.id == shown["id"]]
        assert shown["documents"] == len(here), "counts what one may not read"


def filters(looking: Looking, person: Person) -> None:
    route = "GET /api/v1/filters"
    papers = looking.book.papers_of(person)
    tags = frozenset(paper.canary for paper in papers)
    feeds = frozenset(paper.feed.canary for paper in papers if paper.feed)
    looking.holds(route, looking.ask(person, route), tags | feeds, all_of_it=True)
    base = looking.random.choice(looking.book.bases)
    answer = looking.ask(person, route, params={"knowledge_base_id": base.id})
    here = [paper for paper in papers if paper.base is base]
    allowed = {p.canary for p in here} | {p.feed.canary for p in here if p.feed}
    looking.holds(route, answer, frozenset(allowed), all_of_it=answer.status_code == 200)


def search(looking: Looking, person: Person) -> None:
    route = "POST /api/v1/search"
    papers = looking.book.papers_of(person)
    said = frozenset().union(*(paper.says for paper in papers))
    everything = looking.ask(person, route, json={"question": QUESTION, "limit": 50})
    looking.holds(route, everything, said, all_of_it=True)
    scores = [found["scores"] for found in everything.json()["passages"]]
    looking.by_meaning += sum(score["dense"] is not None for score in scores)
    wanted = looking.random.choice(looking.book.papers)
    words = " ".join((wanted.canary, *sorted(wanted.versions.values())))
    tricks: list[dict[str, Any]] = [
        {"question": words},
        {"question": QUESTION, "filters": {"tags": [wanted.canary]}},
        {"question": QUESTION, "filters": {"source_ids": [f.id for f in looking.book.feeds]}},
        {"question": QUESTION, "knowledge_base_ids": [wanted.base.id]},
    ]
    answer = looking.ask(person, route, json={"limit": 50, **looking.random.choice(tricks)})
    looking.holds(route, answer, said, all_of_it=False)


def papers(looking: Looking, person: Person) -> None:
    mine = looking.book.papers_of(person)
    for paper in looking.random.sample(looking.book.papers, 2):
        allowed = paper.says if paper in mine else frozenset()
        named = frozenset({paper.base.canary}) if paper in mine else frozenset()
        for what in ("text", "original"):
            route = f"GET /api/v1/documents/{{document_id}}/{what}"
            answer = looking.ask(person, route, at={"document_id": paper.id})
            looking.holds(route, answer, allowed | named, all_of_it=False)
            assert bool(canaries_in(answer.content)) == (paper in mine), (route, answer.text)
            is_the_same_nothing(looking, person, route, answer)
        _pages(looking, person, paper, allowed)


def _pages(looking: Looking, person: Person, paper: Paper, allowed: frozenset[str]) -> None:
    for number in range(1, len(paper.versions) + 1):
        for route, place in (
            ("GET /api/v1/documents/{document_id}/versions/{number}/pages", {}),
            ("GET /api/v1/documents/{document_id}/versions/{number}/pages/{page}", {"page": "1"}),
        ):
            at = {"document_id": paper.id, "number": str(number), **place}
            answer = looking.ask(person, route, at=at, headers={"If-None-Match": "*"})
            looking.holds(route, answer, allowed, all_of_it=False)
            if not allowed:
                is_the_same_nothing(looking, person, route, answer, number=str(number), page="1")


def answers(looking: Looking, person: Person) -> None:
    route = "POST /api/v1/answers"
    mine = looking.book.papers_of(person)
    said = frozenset().union(*(paper.says for paper in mine))
    named = frozenset(base.canary for base in looking.book.bases_of(person))
    own = frozenset(person.files.values())
    again = looking.random.choice([None, *person.conversations])
    body = {"question": QUESTION, "conversation_id": again, "attachment_ids": person.unasked}
    answer = looking.ask(person, route, json=body)
    assert answer.status_code == 200, answer.text
    person.unasked = []
    looking.holds(route, answer, said | named | own, all_of_it=False)
    events = dict(events_of(answer.text))
    started = httpx.Response(200, content=events["started"]).json()
    person.turns.append(started["turn_id"])
    if started["conversation_id"] not in person.conversations:
        person.conversations.append(started["conversation_id"])
    stop = "POST /api/v1/answers/{turn_id}/stop"
    looking.holds(
        stop,
        looking.ask(person, stop, at={"turn_id": person.turns[-1]}),
        frozenset(),
        all_of_it=True,
    )


def chat(looking: Looking, person: Person) -> None:
    route = "POST /v1/chat/completions"
    said = frozenset().union(*(paper.says for paper in looking.book.papers_of(person)))
    bases = looking.book.bases_of(person)
    named = frozenset(base.canary for base in bases)
    message = {"role": "user", "content": QUESTION}
    stream = looking.random.random() < 0.5
    body = {"model": "colophon", "messages": [message], "stream": stream}
    looking.holds(route, looking.ask(person, route, json=body), said, all_of_it=False)
    wanted = looking.random.choice(looking.book.bases)
    answer = looking.ask(person, route, json={**body, "model": f"kb:Base {wanted.canary}"})
    asked = frozenset({wanted.canary})  # the name was in the question
    looking.holds(route, answer, said | named | asked, all_of_it=False)
    assert (answer.status_code == 200) == (wanted in bases)


def locked_out(looking: Looking, _person: Person) -> None:
    """Nothing that was signed out, revoked or deleted signs anybody in."""
    for headers in looking.dead[-3:]:
        for method, path in (("GET", "/api/v1/knowledge-bases"), ("POST", "/api/v1/search")):
            answer = looking.client.request(
                method, path, headers={"X-Colophon": "1", **headers}, json={"question": QUESTION}
            )
            assert answer.status_code == 401
            assert not canaries_in(answer.content)


def unsigned(looking: Looking, _person: Person) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert not canaries_in(looking.client.get(path).content)
        looking.used.add(f"GET {path}")


EVERYBODY: tuple[Look, ...] = (shelves, search, history)  # after each change
SOMEBODY: tuple[Look, ...] = (
    filters,
    papers,
    files,
    answers,
    chat,
    locked_out,
    unsigned,
    _shows_no_canary("GET /api/v1/me"),
    _shows_no_canary("GET /api/v1/me/administrators"),
    _shows_no_canary("GET /api/v1/me/api-keys"),
    _shows_no_canary("GET /api/v1/status"),
)
