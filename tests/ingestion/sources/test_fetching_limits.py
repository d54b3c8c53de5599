"""Answers that are too large, compressed, damaged or slow come to an end."""

import gzip
import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from threading import Thread

import pytest

from ingestion.sources.addresses import resolve
from ingestion.sources.asking import Ask
from ingestion.sources.fetching import Fetcher, Network
from retrieval.errors import TooLarge, Unavailable
from tests.ingestion.sources.fetchers import LOOPBACK, body_of, fetcher_of
from tests.ingestion.sources.local_site import LocalSite, Reply


def test_an_answer_over_the_limit_is_too_large(site: LocalSite) -> None:
    site.replies["/"] = Reply(b"x" * 5000)
    with fetcher_of() as fetcher:
        assert len(body_of(fetcher, f"{site.url}/", 5000)) == 5000
        with pytest.raises(TooLarge):
            body_of(fetcher, f"{site.url}/", 4999)
        with fetcher.stream(Ask(f"{site.url}/")) as answer, pytest.raises(TooLarge):
            answer.copy_to(BytesIO(), 4999)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_compressed_answers_are_unpacked(site: LocalSite, coding: str) -> None:
    text = b"a long text " * 100_000
    packed = gzip.compress(text, mtime=0) if coding == "gzip" else zlib.compress(text)
    site.replies["/"] = Reply(packed, headers={"Content-Encoding": coding})
    site.replies["/two"] = Reply(packed + packed, headers={"Content-Encoding": coding})
    with fetcher_of() as fetcher:
        assert body_of(fetcher, f"{site.url}/", 10**7) == text
        assert body_of(fetcher, f"{site.url}/two", 10**7) == text + text


def test_a_bomb_is_stopped_at_the_limit(site: LocalSite) -> None:
    bomb = gzip.compress(gzip.compress(bytes(20_000_000), 9), 9)
    site.replies["/"] = Reply(gzip.decompress(bomb), headers={"Content-Encoding": "gzip"})
    taken = 0
    with fetcher_of() as fetcher, fetcher.stream(Ask(f"{site.url}/")) as answer:
        for piece in answer.body:
            assert len(piece) <= 64 * 1024
            taken += len(piece)
            if taken > 1_000_000:
                break
    with fetcher_of() as fetcher, pytest.raises(TooLarge):
        body_of(fetcher, f"{site.url}/", 1_000_000)


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (b"not gzip", "gzip"),
        (gzip.compress(b"whole" * 100, mtime=0)[:-9], "gzip"),
        (b"x", "br"),
        (b"x", "gzip, gzip"),
    ],
)
def test_a_damaged_or_strange_compression_is_told(
    site: LocalSite, body: bytes, coding: str
) -> None:
    site.replies["/"] = Reply(body, headers={"Content-Encoding": coding})
    with fetcher_of() as fetcher, pytest.raises(Unavailable):
        body_of(fetcher, f"{site.url}/")


def test_an_answer_that_ends_early_is_none(site: LocalSite) -> None:
    site.replies["/"] = Reply(b"half", headers={"Content-Length": "8", "Connection": "close"})
    with fetcher_of() as fetcher, pytest.raises(Unavailable):
        body_of(fetcher, f"{site.url}/")


@contextmanager
def _dripping(head: bytes) -> Iterator[str]:
    """A server that sends a byte whenever the reader might lose patience."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(head)
            try:
                while True:
                    time.sleep(0.02)
                    connection.sendall(b"x")
            except OSError:
                return

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    listener.close()
    thread.join(5)


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"]
)
def test_a_server_that_sends_a_byte_at_a_time_is_given_up(head: bytes) -> None:
    with (
        _dripping(head) as url,
        fetcher_of(Network(LOOPBACK, 0.3)) as fetcher,
        pytest.raises(Unavailable, match="in time"),
    ):
        body_of(fetcher, url)


def test_a_long_answer_may_take_longer_as_long_as_it_flows(site: LocalSite) -> None:
    """The clock jumps past the limit while the body is read, and enough of it has come."""
    site.replies["/"] = Reply(bytes(3_000_000))
    now = [0.0]
    fetcher = Fetcher(Network(LOOPBACK, 5), resolve, lambda: now[0])
    with closing(fetcher), fetcher.stream(Ask(f"{site.url}/")) as answer:
        taken = 0
        for piece in answer.body:
            taken += len(piece)
            now[0] = taken / 64_000
    assert taken == 3_000_000
    assert now[0] > 5
