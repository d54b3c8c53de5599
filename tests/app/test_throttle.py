import pytest

from app.people.throttle import MOST_KEYS, Throttle
from retrieval.errors import Overloaded
from tests.app.conftest import MovableClock


def test_attempts_outside_the_window_do_not_count(clock: MovableClock) -> None:
    throttle = Throttle(2, 60, clock.seconds)
    throttle.admit("a")
    clock.move(seconds=40)
    throttle.admit("a")
    with pytest.raises(Overloaded) as refusal:
        throttle.admit("a")
    assert refusal.value.retry_after == pytest.approx(20)
    clock.move(seconds=20)
    throttle.admit("a")


def test_keys_do_not_share_a_window(clock: MovableClock) -> None:
    throttle = Throttle(1, 60, clock.seconds)
    throttle.admit("a")
    throttle.admit("b")
    with pytest.raises(Overloaded):
        throttle.admit("a")


def test_a_forgiven_key_starts_anew(clock: MovableClock) -> None:
    throttle = Throttle(1, 60, clock.seconds)
    throttle.admit("a")
    throttle.forgive("a")
    throttle.admit("a")


def test_an_attempt_that_is_taken_back_leaves_the_others(clock: MovableClock) -> None:
    throttle = Throttle(2, 60, clock.seconds)
    throttle.admit("a")
    for _ in range(3):
        throttle.admit("a")
        throttle.take_back("a")
    throttle.admit("a")
    with pytest.raises(Overloaded):
        throttle.admit("a")
    throttle.take_back("nobody")


def test_strangers_cannot_fill_the_memory_with_keys(clock: MovableClock) -> None:
    throttle = Throttle(1, 60, clock.seconds)
    for number in range(MOST_KEYS):
        throttle.admit(f"old {number}")
    clock.move(seconds=61)
    throttle.admit("new")
    assert list(throttle.attempts) == ["new"]
