"""Random changes of who may read what, through the same routes that administrators use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
from fastapi.testclient import TestClient

from app.people.accounts import NewAccount
from app.people.groups import EVERYONE
from app.people.user import User
from tests.app.conftest import PASSWORD
from tests.app.furnished import House
from tests.app.looking import Looking
from tests.app.looking_back import attach
from tests.app.looks import EVERYBODY, SOMEBODY
from tests.app.walked import Base, Book, Feed, Person, add_feed, add_paper, write_version

ADMIN = "/api/v1/admin"


@dataclass
class Snapshot:
    base: Base
    id: str
    live: dict[str, str]  # paper: version


@dataclass
class Walk:
    house: House
    client: TestClient
    random: Random
    book: Book = field(default_factory=Book)
    groups: list[str] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # what was done, for who reads a failure
    names: int = 0

    def __post_init__(self) -> None:
        self.looking = Looking(self.client, self.book, self.random)
        self.ada = self._enter(self.house.ada, set())
        for _ in range(3):
            self.groups.append(self._admin("POST", "/groups", name=self._name())["id"])
        for readers in ([EVERYONE], [self.groups[0]], [EVERYONE]):
            self.open_base(readers)
        for base in self.book.bases[:2]:
            add_feed(self.house, self.book, base)
        self.restrict_feed(self.book.feeds[0], [self.groups[0]])
        for feed in (*self.book.feeds, self.book.feeds[0]):
            add_paper(self.house, self.book, feed.base, feed)
        for base in self.book.bases:
            add_paper(self.house, self.book, base, None)
        for _ in range(3):
            self.hire()
        for person in self.book.people[:2]:
            attach(self.looking, person)

    def step(self) -> None:
        change = self.random.choice(CHANGES)
        self.told.append(change.__name__)
        change(self)
        for person in self.book.people:
            for look in EVERYBODY:
                look(self.looking, person)
        for look in SOMEBODY:
            look(self.looking, self.random.choice(self.book.people))

    # --- people

    def hire(self) -> None:
        groups = self._some(self.groups)
        account = NewAccount(self._name(), "N. N.", PASSWORD, "employee", tuple(groups))
        self._enter(self.house.platform.accounts.create(account, None), set(groups))

    def dismiss(self) -> None:
        if len(self._employees) > 2:
            person = self.random.choice(self._employees)
            self._admin("DELETE", f"/users/{person.user.id}")
            self._lock_out([person.session, *person.keys.values()])
            self.book.people.remove(person)

    def regroup(self) -> None:
        person = self.random.choice(self._employees)
        person.groups = set(self._some(self.groups))
        self._admin("PATCH", f"/users/{person.user.id}", group_ids=sorted(person.groups))

    def close_group(self) -> None:
        gone = self.random.choice(self.groups)
        self._admin("DELETE", f"/groups/{gone}")
        self.groups.remove(gone)
        for holder in (*self.book.bases, *self.book.feeds):
            if holder.readers is not None:
                holder.readers.discard(gone)
        for person in self.book.people:
            person.groups.discard(gone)
        self.groups.append(self._admin("POST", "/groups", name=self._name())["id"])

    def end_sessions(self) -> None:
        person = self.random.choice(self._employees)
        self._admin("DELETE", f"/users/{person.user.id}/sessions")
        self._lock_out([person.session])
        person.session = self._session(person.user)

    def revoke_key(self) -> None:
        person = self.random.choice(self._employees)
        key, token = self.random.choice(list(person.keys.items()))
        answer = self._as(person, "DELETE", f"/api/v1/me/api-keys/{key}")
        assert answer.status_code == 204
        del person.keys[key]
        self._lock_out([token])
        self._add_key(person)

    # --- knowledge bases and sources

    def open_base(self, to: Sequence[str] | None = None) -> None:
        canary, readers = self.book.new_canary(), self._readers() if to is None else list(to)
        made = self._admin(
            "POST",
            "/knowledge-bases",
            name=f"Base {canary}",
            description=canary,
            maintainer=f"M. {canary}",
            suggested_questions=[f"What is {canary}?"],
            reader_group_ids=readers,
        )
        self.book.bases.append(Base(made["id"], canary, set(readers)))

    def change_readers(self) -> None:
        base, readers = self.random.choice(self.book.bases), self._readers()
        self._admin("PATCH", f"/knowledge-bases/{base.id}", reader_group_ids=readers)
        base.readers = set(readers)

    def close_base(self) -> None:
        if len(self.book.bases) > 3:
            base = self.random.choice(self.book.bases)
            self._admin("DELETE", f"/knowledge-bases/{base.id}")
            self.book.bases.remove(base)
            for paper in (paper for paper in self.book.papers if paper.base is base):
                paper.live = None
            self.book.feeds = [feed for feed in self.book.feeds if feed.base is not base]
            self.snapshots = [kept for kept in self.snapshots if kept.base is not base]

    def restrict_any_feed(self) -> None:
        if self.book.feeds:
            self.restrict_feed(self.random.choice(self.book.feeds), self._some(self.groups))

    def restrict_feed(self, feed: Feed, readers: Sequence[str]) -> None:
        """To these groups; none: to whoever may read the knowledge base."""
        self._admin("PATCH", f"/sources/{feed.id}", reader_group_ids=list(readers))
        feed.readers = set(readers) or None

    # --- documents

    def add_paper(self) -> None:
        base = self.random.choice(self.book.bases)
        feeds = [feed for feed in self.book.feeds if feed.base is base]
        add_paper(self.house, self.book, base, self.random.choice([None, *feeds]))

    def replace_paper(self) -> None:
        if living := self._living:
            write_version(self.house, self.book, self.random.choice(living))

    def delete_paper(self) -> None:
        if living := self._living:
            paper = self.random.choice(living)
            self._admin("DELETE", f"/documents/{paper.id}")
            paper.live = None

    def purge_paper(self) -> None:
        if len(living := self._living) > 4:
            paper = self.random.choice(living)
            self._admin("POST", f"/documents/{paper.id}/purge")
            paper.live = None
            for kept in self.snapshots:
                kept.live.pop(paper.id, None)

    def keep(self) -> None:
        base = self.random.choice(self.book.bases)
        made = self._admin("POST", f"/knowledge-bases/{base.id}/snapshots", name=self._name())
        here = [paper for paper in self.book.papers if paper.base is base and paper.live]
        live = {paper.id: paper.live for paper in here if paper.live}
        self.snapshots.append(Snapshot(base, made["id"], live))

    def go_back(self) -> None:
        if self.snapshots:
            kept = self.random.choice(self.snapshots)
            self._admin("POST", f"/snapshots/{kept.id}/rollback")
            for paper in (paper for paper in self.book.papers if paper.base is kept.base):
                paper.live = kept.live.get(paper.id)

    # --- the hands

    @property
    def _employees(self) -> list[Person]:
        return self.book.people[1:]

    @property
    def _living(self) -> list[Any]:
        return [paper for paper in self.book.papers if paper.live]

    def _some(self, among: Sequence[str]) -> list[str]:
        return self.random.sample(list(among), self.random.randint(0, 2))

    def _readers(self) -> list[str]:
        return [EVERYONE] if self.random.random() < 0.3 else self._some(self.groups)

    def _name(self) -> str:
        self.names += 1
        return f"n{self.names}"

    def _enter(self, user: User, groups: set[str]) -> Person:
        person = Person(user, groups, session=self._session(user))
        self._add_key(person)
        self.book.people.append(person)
        return person

    def _session(self, user: User) -> str:
        with self.house.platform.database.write() as connection:
            return self.house.platform.sessions.start(connection, user.id, "walk")

    def _add_key(self, person: Person) -> None:
        key, token = self.house.platform.api_keys.create(person.user, self._name())
        person.keys[key.id] = token

    def _lock_out(self, tokens: Sequence[str]) -> None:
        for token in tokens:
            bearer = {"Authorization": f"Bearer {token}"}
            cookie = {"Cookie": f"colophon_session={token}"}
            self.looking.dead.append(bearer if token.startswith("clp_") else cookie)

    def _as(self, person: Person, method: str, path: str, **body: object) -> httpx.Response:
        headers = {"X-Colophon": "1", "Cookie": f"colophon_session={person.session}"}
        answer = self.client.request(method, path, headers=headers, json=body or None)
        self.client.cookies.clear()
        return answer

    def _admin(self, method: str, path: str, **body: object) -> dict[str, Any]:
        answer = self._as(self.ada, method, f"{ADMIN}{path}", **body)
        assert answer.is_success, (method, path, answer.text)
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found


CHANGES: tuple[Callable[[Walk], None], ...] = (
    Walk.hire,
    Walk.dismiss,
    Walk.regroup,
    Walk.regroup,
    Walk.close_group,
    Walk.end_sessions,
    Walk.revoke_key,
    Walk.open_base,
    Walk.change_readers,
    Walk.change_readers,
    Walk.close_base,
    Walk.restrict_any_feed,
    Walk.restrict_any_feed,
    Walk.add_paper,
    Walk.add_paper,
    Walk.replace_paper,
    Walk.delete_paper,
    Walk.purge_paper,
    Walk.keep,
    Walk.go_back,
    Walk.go_back,
)
