"""A fetcher as tests open it."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from ingestion.sources.addresses import resolve
from ingestion.sources.fetching import Fetcher, Network

LOOPBACK = ("127.0.0.1/32",)


@contextmanager
def fetcher_of(
    network: Network | None = None, resolver: Callable[[str, int], list[str]] = resolve
) -> Iterator[Fetcher]:
    with closing(Fetcher(network or Network(LOOPBACK, 5), resolver, time.monotonic)) as fetcher:
        yield fetcher


def body_of(fetcher: Fetcher, url: str, max_bytes: int = 10_000) -> bytes:
    return fetcher.get(url, max_bytes).read(max_bytes)
