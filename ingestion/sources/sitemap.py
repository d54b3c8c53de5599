"""The pages that a site lists itself. Source: sitemaps.org, protocol 0.9."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from xml.etree.ElementTree import Element

from ingestion.sources.addresses import checked_url
from ingestion.sources.fetching import Fetcher
from ingestion.sources.site import Site, joined
from ingestion.sources.xml_answers import MAX_XML, children, name_of, parsed_bytes, text_of
from retrieval.errors import TooLarge, Unavailable

MAX_MAPS: Final = 500
_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Sitemaps:
    fetcher: Fetcher
    site: Site
    headers: dict[str, str]

    def pages(self, named: Sequence[str]) -> list[str]:
        """URLs of the site, each once; none when there is no sitemap. `named` are those of
        robots.txt; without any, the usual place is tried.

        Raises: Unavailable when a part of it cannot be read.
        """
        home = checked_url(self.site.start)
        waiting = [url for name in named if (url := joined(str(home), name))]
        usual = not waiting
        if usual:
            waiting = [str(home.join("/sitemap.xml"))]
        seen = set(waiting)
        pages: dict[str, None] = {}
        while waiting:
            if len(seen) > MAX_MAPS:
                raise Unavailable(f"{home.host} has more than {MAX_MAPS} sitemaps.")
            place = waiting.pop(0)
            root = self._read(place, required=not usual)
            if root is None:
                continue
            found = list(_locations(place, root))
            if name_of(root) == "sitemapindex":
                usual = False  # what an index names must be there
                fresh = [url for url in found if url not in seen]
                seen.update(fresh)
                waiting.extend(fresh)
            else:
                pages.update(dict.fromkeys(url for url in found if self.site.holds(url)))
        return list(pages)

    def _read(self, place: str, *, required: bool) -> Element | None:
        try:
            answer = self.fetcher.get(place, MAX_XML, self.headers)
            content = answer.read(MAX_XML)
        except TooLarge as error:
            raise Unavailable(f"The sitemap {place} is too large.") from error
        if answer.status >= 500 or answer.status == 429 or (required and answer.status != 200):
            raise Unavailable(f"The sitemap {place} cannot be read (status {answer.status}).")
        root = parsed_bytes(_unpacked(place, content)) if answer.status == 200 else None
        if root is not None and name_of(root) in {"urlset", "sitemapindex"}:
            return root
        if required:
            raise Unavailable(f"The sitemap {place} is none.")
        return None


def _locations(place: str, root: Element) -> Iterator[str]:
    kind = "sitemap" if name_of(root) == "sitemapindex" else "url"
    for element in children(root, kind):
        found = joined(place, text_of(element, "loc").strip())
        if found is not None:
            yield found


def _unpacked(place: str, content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    try:
        with gzip.open(BytesIO(content)) as file:
            unpacked = file.read(MAX_XML + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unavailable(f"The sitemap {place} is damaged.") from error
    if len(unpacked) > MAX_XML:
        raise Unavailable(f"The sitemap {place} is too large.")
    return unpacked
