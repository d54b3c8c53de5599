"""What a site asks of robots. Source: RFC 9309."""

from dataclasses import dataclass, field
from typing import Final

from protego import Protego

from ingestion.sources.addresses import checked_url
from ingestion.sources.fetching import Fetcher
from retrieval.errors import TooLarge, Unavailable

NAME: Final = "Colophon"  # by which a robots.txt calls us
_MAX_BYTES: Final = 500 * 1024
_LONGEST_DELAY: Final = 30.0


@dataclass(frozen=True, slots=True)
class Robots:
    rules: Protego = field(repr=False)

    def allows(self, url: str) -> bool:
        return self.rules.can_fetch(url, NAME)

    @property
    def delay(self) -> float:
        """Seconds between two requests."""
        asked = self.rules.crawl_delay(NAME) or 0.0
        rate = self.rules.request_rate(NAME)
        if rate is not None and rate.requests:
            asked = max(asked, rate.seconds / rate.requests)
        return min(asked, _LONGEST_DELAY)

    @property
    def sitemaps(self) -> list[str]:
        return list(self.rules.sitemaps)


def read_robots(fetcher: Fetcher, start: str, headers: dict[str, str]) -> Robots:
    """No file forbids nothing; a server in trouble may forbid everything.

    Raises: Unavailable.
    """
    place = str(checked_url(start).join("/robots.txt"))
    try:
        answer = fetcher.get(place, _MAX_BYTES, headers)
    except TooLarge as error:
        raise Unavailable(f"{place} is too large to be read.") from error
    if answer.status >= 500 or answer.status == 429:
        raise Unavailable(f"{place} cannot be read now (status {answer.status}).")
    if answer.status != 200:
        return Robots(Protego.parse(""))
    return Robots(Protego.parse(answer.read(_MAX_BYTES).decode("utf-8", "replace")))
