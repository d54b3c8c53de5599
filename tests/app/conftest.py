"""The app on a real SQLite file, with a clock that the test moves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry

from app.edge.metrics import HttpMetrics
from app.main import create_app
from app.people.access import Access
from app.people.accounts import Accounts, NewAccount
from app.people.api_keys import ApiKeys
from app.people.audit import Audit
from app.people.directory import Directory
from app.people.groups import Groups
from app.people.local_key import LocalKey
from app.people.passwords import Passwords
from app.people.sessions import Sessions
from app.people.sign_in import SignIn
from app.people.throttle import Throttle
from app.people.user import Role, User
from app.platform import Platform
from app.settings import Settings
from app.shapes.people import ModelStatusOut
from app.tables import metadata
from ingestion.blobs import Blobs
from retrieval.store.database import Database

PASSWORD = "correct horse battery"
READY = {"state": "ready", "progress": 1.0, "detail": ""}


@dataclass
class MovableClock:
    now: datetime = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class FixedModels:
    """Says of the models what the test wants said."""

    states: list[ModelStatusOut]

    def models(self) -> list[ModelStatusOut]:
        return self.states


class NotWired:
    """Stands for a part that a test of accounts does not need; using it fails the test."""


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(f"sqlite:///{tmp_path / 'colophon.sqlite3'}")
    metadata.create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    server = {"trusted_hosts": ("localhost",), "web_dist": tmp_path / "dist"}
    return Settings(data_dir=tmp_path / "data", server=server)


@pytest.fixture
def passwords() -> Passwords:
    return Passwords.create(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def people(database: Database, clock: MovableClock, passwords: Passwords) -> dict[str, object]:
    """The parts of the platform that this folder tests."""
    audit = Audit(database, clock)
    sessions = Sessions(database, clock, timedelta(hours=8))
    groups = Groups(database, audit, clock)
    groups.ensure_everyone()
    return {
        "database": database,
        "audit": audit,
        "sessions": sessions,
        "api_keys": ApiKeys(database, audit, clock),
        "accounts": Accounts(database, passwords, audit, clock),
        "directory": Directory(database, clock),
        "groups": groups,
        "access": Access(database),
        "local_key": LocalKey.fresh(database),
        "sign_in": SignIn(
            database,
            passwords,
            sessions,
            audit,
            per_account=Throttle(5, 300, clock.seconds),
            per_address=Throttle(20, 300, clock.seconds),
        ),
    }


@pytest.fixture
def platform(settings: Settings, people: dict[str, object]) -> Platform:
    parts: dict[str, object] = {field.name: NotWired() for field in fields(Platform)}
    models = [
        ModelStatusOut(name="e5", role="embedder", **READY),
        ModelStatusOut(name="smol", role="generator", **READY),
    ]
    parts |= {
        "settings": settings,
        "blobs": Blobs(settings.data_dir / "blobs"),
        "metrics": HttpMetrics.create(CollectorRegistry()),
        "model_status": FixedModels(models),
    }
    return Platform(**parts | people)


@pytest.fixture
def make_user(platform: Platform) -> Callable[..., User]:
    def make(username: str, role: Role = "employee", group_ids: tuple[str, ...] = ()) -> User:
        account = NewAccount(username, username.title(), PASSWORD, role, group_ids)
        return platform.accounts.create(account, None)

    return make


@pytest.fixture
def admin(make_user: Callable[..., User]) -> User:
    return make_user("ada", "admin")


@pytest.fixture
def employee(make_user: Callable[..., User]) -> User:
    return make_user("eve")


@pytest.fixture
def client_of(platform: Platform) -> Callable[..., TestClient]:
    """A browser: signed in as that user, or nobody's."""

    def make(username: str | None = None) -> TestClient:
        client = TestClient(
            create_app(platform),
            base_url="http://localhost",
            headers={"X-Colophon": "1"},
            raise_server_exceptions=False,
        )
        if username is not None:
            body = {"username": username, "password": PASSWORD}
            assert client.post("/api/v1/session", json=body).status_code == 200
        return client

    return make
