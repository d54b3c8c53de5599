"""The file of keys, and what each key may have."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import EngineError, LimitReached, Unauthorised
from engine.keys import Account, Accounts, Bucket, Key, read_keys

FILE = """
[app]
key = "cle_long"

[notebooks]
key = "another"
requests_per_minute = 60
tokens_per_minute = 100_000
"""


class Clock:
    def __init__(self) -> None:
        self.now = 5.0

    def __call__(self) -> float:
        return self.now


def written(folder: Path, text: str) -> Path:
    path = folder / "keys.toml"
    path.write_text(text)
    return path


def test_a_file_gives_each_key_a_name_and_limits(tmp_path: Path):
    keys = read_keys(written(tmp_path, FILE))
    assert keys == {
        "app": Key(key="cle_long"),
        "notebooks": Key(key="another", requests_per_minute=60, tokens_per_minute=100_000),
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file: .*at least 1"),
        ("cle_a_line_alone", "cannot be read"),
        ('[app]\nkee = "secret"', "app.key"),
        ('[app]\nkey = "secret"\nrequests_per_minute = 0', "app.requests_per_minute"),
        ('[app]\nkey = "secret"\nrequests = 7', "app.requests"),
        ('[a]\nkey = "secret"\n[b]\nkey = "secret"', "same key"),
    ],
)
def test_a_file_that_makes_no_sense_is_named_and_its_keys_are_not(tmp_path: Path, text, says):
    with pytest.raises(EngineError, match=says) as refused:
        read_keys(written(tmp_path, text))
    assert "keys.toml" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(EngineError, match="cannot be read"):
        read_keys(tmp_path / "none.toml")


def test_the_account_is_that_of_the_key():
    accounts = Accounts({name: Key(key=f"{name}-secret") for name in ("one", "two")}, Clock())
    assert accounts.of("Bearer two-secret").name == "two"
    assert accounts.of("bearer  one-secret ").name == "one"
    for wrong in ("", "Bearer", "Bearer two", "Basic two-secret", "two-secret", "Bearer \u4e8c"):
        with pytest.raises(Unauthorised):
            accounts.of(wrong)


AMOUNTS = st.lists(st.tuples(st.floats(0, 50), st.integers(1, 90)), min_size=1, max_size=25)


@settings(deadline=None)
@given(st.integers(1, 500), AMOUNTS)
def test_who_comes_back_when_told_is_let_in_and_in_no_minute_is_there_more(size, visits):
    clock = Clock()
    account = Account("a", Key(key="k", tokens_per_minute=size), clock)
    entered: list[tuple[float, int]] = []
    for pause, tokens in visits:
        clock.now += pause
        try:
            account.enter(tokens)
        except LimitReached as refused:
            clock.now += refused.retry_after
            account.enter(tokens)
        # What is larger than a minute's share costs as much time as it is large.
        entered.append((clock.now, tokens))
    for first in range(len(entered)):
        for last in range(first, len(entered)):
            minutes = (entered[last][0] - entered[first][0]) / 60
            before_last = sum(tokens for _, tokens in entered[first:last])
            assert before_last <= size * (1 + minutes) + 90 + 1e-3


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 200))
def test_a_refusal_is_not_longer_than_it_must_be(size: int, asked: int):
    clock = Clock()
    account = Account("a", Key(key="k", requests_per_minute=size), clock)
    for _ in range(size):
        account.enter(asked)
    with pytest.raises(LimitReached) as refused:
        account.enter(asked)
    assert refused.value.retry_after == pytest.approx(60 / size, rel=1e-4)
    assert f"{size} requests a minute" in str(refused.value)
    clock.now += refused.value.retry_after * 0.99
    with pytest.raises(LimitReached):
        account.enter(asked)


def test_what_was_written_is_paid_before_the_next_request():
    clock = Clock()
    account = Account("a", Key(key="k", tokens_per_minute=600), clock)
    account.enter(100)
    account.settle(900)  # a long answer
    assert account.headers()["x-ratelimit-remaining-tokens"] == "0"
    with pytest.raises(LimitReached) as refused:
        account.enter(1)
    assert math.ceil(refused.value.retry_after) == 41
    account.settle(-900)
    account.enter(1)


def test_headers_are_those_that_clients_of_openai_read():
    clock = Clock()
    key = Key(key="k", requests_per_minute=2, tokens_per_minute=60_000)
    account = Account("a", key, clock)
    account.enter(10)
    account.enter(10)
    account.settle(70_000 - 20)
    assert account.headers() == {
        "x-ratelimit-limit-requests": "2",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "1m0s",
        "x-ratelimit-limit-tokens": "60000",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "1m10s",
    }
    clock.now += 69.98
    assert account.headers()["x-ratelimit-reset-tokens"] == "20ms"
    assert account.headers()["x-ratelimit-reset-requests"] == "0ms"
    clock.now += 5
    assert account.headers()["x-ratelimit-remaining-tokens"] == "60000"


def test_a_key_without_limits_has_no_headers_and_no_end():
    account = Account("a", Key(key="k"), Clock())
    for _ in range(1000):
        account.enter(10**6)
    assert account.headers() == {}


def test_a_bucket_holds_no_more_than_a_minute():
    clock = Clock()
    bucket = Bucket(60, clock)
    clock.now += 3600
    assert bucket.level == 60
    bucket.take(-5)
    assert bucket.level == 60
