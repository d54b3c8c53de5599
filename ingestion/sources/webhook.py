"""Alerts as a JSON object by POST, through the same guarded door as every other request."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from ingestion.sources.fetching import Fetcher
from ingestion.sources.noticing import Notice


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    fetcher: Callable[[], Fetcher]  # one a delivery: it belongs to one thread

    @property
    def name(self) -> str:
        return "webhook"

    def send(self, notice: Notice) -> None:
        """Raises: Unavailable, Invalid for an address that may not be asked.

        `text` is the field that chat programs show.
        """
        with closing(self.fetcher()) as fetcher:
            fetcher.post_json(
                self.url,
                {
                    "text": f"Colophon: {notice.text}",
                    "kind": notice.kind,
                    "id": notice.id,
                    "source_id": notice.source,
                },
            )
