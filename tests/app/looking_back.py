"""What employees may ask about what is their own: conversations, files that they attached."""

from tests.app.looking import ELSEWHERE, Looking, told
from tests.app.visitors import wait_until
from tests.app.walked import Person

READ_FILE = "GET /api/v1/attachments/{attachment_id}/text"


def history(looking: Looking, person: Person) -> None:
    mine = looking.book.papers_of(person)
    kept = frozenset().union(*(paper.ever_said for paper in mine))
    kept |= {base.canary for base in looking.book.bases_of(person)} | set(person.files.values())
    route = "GET /api/v1/conversations/{conversation_id}"
    some = min(4, len(person.conversations))
    for own in looking.random.sample(person.conversations, some):
        answer = looking.ask(person, route, at={"conversation_id": own})
        looking.holds(route, answer, kept, all_of_it=False)
    for other in (one for one in looking.book.people if one is not person):
        for theirs in other.conversations[-1:]:
            answer = looking.ask(person, route, at={"conversation_id": theirs})
            nothing = looking.ask(person, route, at={"conversation_id": ELSEWHERE})
            assert told(answer) == told(nothing)
    _touch(looking, person, kept)


def _touch(looking: Looking, person: Person, kept: frozenset[str]) -> None:
    """Changes of one's own history, whose answers show it again."""
    page = "GET /api/v1/conversations"
    looking.holds(page, looking.ask(person, page), frozenset(), all_of_it=True)
    if not person.conversations:
        return
    at = {"conversation_id": looking.random.choice(person.conversations)}
    for route, body in (
        ("PATCH /api/v1/conversations/{conversation_id}", {"pinned": True}),
        ("DELETE /api/v1/conversations/{conversation_id}", None),
        ("POST /api/v1/conversations/{conversation_id}/restore", None),
    ):
        looking.holds(route, looking.ask(person, route, at=at, json=body), kept, all_of_it=False)
    route = "PUT /api/v1/turns/{turn_id}/feedback"
    answer = looking.ask(
        person,
        route,
        at={"turn_id": looking.random.choice(person.turns)},
        json={"feedback": "down"},
    )
    assert answer.status_code == 200, answer.text
    looking.holds(route, answer, kept, all_of_it=False)


def files(looking: Looking, person: Person) -> None:
    """What people attach to their questions, administrators included: each sees only their own."""
    page = "GET /api/v1/attachments"
    looking.holds(page, looking.ask(person, page), frozenset(), all_of_it=True)
    for own, canary in person.files.items():
        at = {"attachment_id": own}
        for route in ("GET /api/v1/attachments/{attachment_id}", READ_FILE):
            allowed = frozenset({canary}) if route is READ_FILE else frozenset()
            looking.holds(route, looking.ask(person, route, at=at), allowed, all_of_it=True)
    for other in (one for one in looking.book.people if one is not person):
        for theirs in other.files:
            for route in (READ_FILE, "DELETE /api/v1/attachments/{attachment_id}"):
                answer = looking.ask(person, route, at={"attachment_id": theirs})
                nothing = looking.ask(person, route, at={"attachment_id": ELSEWHERE})
                assert told(answer) == told(nothing)


def attach(looking: Looking, person: Person) -> None:
    route, canary = "POST /api/v1/attachments", looking.book.new_canary()
    text = f"The canary word of this report is {canary}, in a file of one's own."
    taken = looking.ask(person, route, files={"file": ("report.txt", text)})
    looking.holds(route, taken, frozenset(), all_of_it=True)
    own = taken.json()["id"]
    look = "GET /api/v1/attachments/{attachment_id}"
    wait_until(
        lambda: looking.ask(person, look, at={"attachment_id": own}).json()["state"] == "ready"
    )
    person.files[own] = canary
    person.unasked.append(own)
