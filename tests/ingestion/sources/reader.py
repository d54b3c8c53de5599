"""Who reads the sources that tests set up, and through which door."""

from datetime import UTC, datetime

from ingestion.sources.addresses import resolve
from ingestion.sources.fetching import Fetcher, Network

USER, PASSWORD = "reader", "the-right-password"
LOCAL = Network(allowed=("127.0.0.0/8",), seconds=5)


def a_fetcher(network: Network = LOCAL) -> Fetcher:
    return Fetcher(network, resolve, clock=lambda: datetime.now(UTC).timestamp())


def no_pause(_seconds: float) -> None:
    pass
