from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from app.people.accounts import AccountChange
from app.people.passwords import Passwords
from app.people.sign_in import Attempt
from app.people.user import User
from app.platform import Platform
from retrieval.errors import Overloaded, Unauthenticated
from tests.app.conftest import PASSWORD, MovableClock


@dataclass
class WatchedHasher:
    """Verifies with the real hasher and keeps which hashes it was given."""

    real: PasswordHasher
    verified: list[str] = field(default_factory=list)

    def verify(self, hashed: str, password: str) -> bool:
        self.verified.append(hashed)
        return self.real.verify(hashed, password)

    def check_needs_rehash(self, hashed: str) -> bool:
        return self.real.check_needs_rehash(hashed)


def an_attempt(username: str, password: str, address: str = "192.0.2.1") -> Attempt:
    return Attempt(username, password, address, "a browser")


def test_an_unknown_user_costs_the_same_verification_as_a_known_one(
    platform: Platform, passwords: Passwords, employee: User
) -> None:
    hasher = WatchedHasher(passwords.hasher)
    watched = replace(platform.sign_in, passwords=replace(passwords, hasher=hasher))
    refusals = []
    for username in ("eve", "nobody"):
        with pytest.raises(Unauthenticated) as refusal:
            watched.sign_in(an_attempt(username, "wrong"))
        refusals.append(str(refusal.value))
    assert len(hasher.verified) == 2
    assert hasher.verified[1] == passwords.nobody
    assert refusals[0] == refusals[1]


def test_a_disabled_user_is_refused_like_a_wrong_password(
    platform: Platform, employee: User
) -> None:
    platform.accounts.change(employee.id, AccountChange(disabled=True), None)
    with pytest.raises(Unauthenticated, match="username or the password"):
        platform.sign_in.sign_in(an_attempt("eve", PASSWORD))


def test_the_sixth_try_in_five_minutes_waits(
    client_of: Callable[..., TestClient], employee: User, clock: MovableClock
) -> None:
    client = client_of()
    wrong = {"username": "eve", "password": "wrong"}
    for _ in range(5):
        assert client.post("/api/v1/session", json=wrong).status_code == 401
        clock.move(seconds=10)
    right = {"username": "eve", "password": PASSWORD}
    answer = client.post("/api/v1/session", json=right)
    assert (answer.status_code, answer.json()["code"]) == (429, "overloaded")
    assert answer.headers["Retry-After"] == "250"
    clock.move(seconds=250)
    assert client.post("/api/v1/session", json=right).status_code == 200


def test_a_success_forgives_the_failures_before_it(platform: Platform, employee: User) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(Unauthenticated):
                platform.sign_in.sign_in(an_attempt("eve", "wrong"))
        platform.sign_in.sign_in(an_attempt("eve", PASSWORD))


def test_one_address_cannot_try_many_accounts(platform: Platform, employee: User) -> None:
    for number in range(20):
        with pytest.raises(Unauthenticated):
            platform.sign_in.sign_in(an_attempt(f"user{number}", "wrong"))
    with pytest.raises(Overloaded):
        platform.sign_in.sign_in(an_attempt("eve", PASSWORD))
    platform.sign_in.sign_in(an_attempt("eve", PASSWORD, address="192.0.2.2"))


def test_a_whole_office_signs_in_from_one_address(
    platform: Platform, make_user: Callable[..., User]
) -> None:
    for number in range(25):
        make_user(f"user{number}")
        platform.sign_in.sign_in(an_attempt(f"user{number}", PASSWORD))


def test_guessing_with_a_stolen_session_is_throttled_too(
    client_of: Callable[..., TestClient], employee: User
) -> None:
    client = client_of("eve")
    body = {"current": "wrong", "new": "a new long password"}
    statuses = [client.put("/api/v1/me/password", json=body).status_code for _ in range(6)]
    assert statuses == [400] * 5 + [429]


def test_a_password_that_changes_while_it_is_verified_lets_nobody_in(
    platform: Platform, passwords: Passwords, employee: User
) -> None:
    @dataclass
    class ChangedMeanwhile(WatchedHasher):
        def verify(self, hashed: str, password: str) -> bool:
            change = AccountChange(password="another long one")
            platform.accounts.change(employee.id, change, None)
            return super().verify(hashed, password)

    hasher = ChangedMeanwhile(passwords.hasher)
    slow = replace(platform.sign_in, passwords=replace(passwords, hasher=hasher))
    with pytest.raises(Unauthenticated):
        slow.sign_in(an_attempt("eve", PASSWORD))


def test_an_outdated_hash_is_renewed_at_the_next_sign_in(
    platform: Platform, passwords: Passwords, employee: User
) -> None:
    stronger = replace(passwords, hasher=PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    renewed = replace(platform.sign_in, passwords=stronger)
    renewed.sign_in(an_attempt("eve", PASSWORD))
    watched = WatchedHasher(stronger.hasher)
    replace(renewed, passwords=replace(stronger, hasher=watched)).sign_in(
        an_attempt("eve", PASSWORD)
    )
    assert not stronger.is_outdated(watched.verified[0])
    assert passwords.is_outdated(watched.verified[0])


def test_as_many_hashes_as_allowed_are_made_at_once(passwords: Passwords) -> None:
    taken = [passwords.turns.acquire(blocking=False) for _ in range(5)]
    assert taken == [True] * 4 + [False]
