"""The part of a web site that is followed: which URLs are in it, and how each is written."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import parse_qsl, urlencode

import httpx

from ingestion.parsing import media
from ingestion.sources.addresses import checked_url, origin_of
from retrieval.errors import Invalid

_PAGE_ENDINGS: Final = frozenset({".html", ".htm", ".xhtml"})
DOCUMENTS: Final = {  # media types and their usual endings, the first of each for a name
    known.media_type: known.suffixes
    for known in media.FORMATS
    if not known.is_text and known.media_type != media.ZIP
    if not known.media_type.startswith("image/")
}
DOCUMENT_ENDINGS: Final = frozenset(ending for endings in DOCUMENTS.values() for ending in endings)
# Nothing to read behind them; all others are asked what they are.
_NO_DOCUMENT: Final = re.compile(
    r"\.(?:7z|atom|avi|bin|bmp|bz2|css|csv|dmg|eot|exe|gif|gz|ico|ics|iso|jar|jpe?g|js|json|m4a|map|"
    r"mov|mp[34]|mpeg|msi|ogg|png|rar|rss|svg|tar|tgz|tiff?|ttf|txt|wav|web[mp]|wmv|woff2?|xml|zip)"
)
# They say who asks or from where, never what.
_NOISE: Final = re.compile(
    r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|_ga|phpsessid|jsessionid|aspsessionid\w*|sessionid|sid",
    re.I,
)
_SESSION: Final = re.compile(r";jsessionid=[^/?#]*", re.I)


@dataclass(frozen=True, slots=True)
class Site:
    start: str
    folder: str  # path that all begin with; it ends with "/"

    def holds(self, url: str) -> bool:
        found = checked_url(url)
        path = found.path
        same = origin_of(found) == origin_of(checked_url(self.start))
        return same and (path.startswith(self.folder) or f"{path}/" == self.folder)

    def is_document(self, url: str) -> bool:
        return _ending(url) in DOCUMENT_ENDINGS

    def may_be_read(self, url: str) -> bool:
        return not _NO_DOCUMENT.fullmatch(_ending(url))


def site_of(location: str) -> Site:
    """What lies beside or below the location. Raises: Invalid."""
    start = normal(location)
    path = checked_url(start).path
    last = path.rpartition("/")[2]
    folder = path[: len(path) - len(last)] if "." in last else f"{path.rstrip('/')}/"
    return Site(start, folder)


def normal(url: str) -> str:
    """One spelling of one page: no fragment, no default port, no session. Raises: Invalid."""
    found = checked_url(_SESSION.sub("", url))
    query = found.query.decode("ascii")
    if query:
        kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if _says_what(pair[0])]
        if len(kept) != len(parse_qsl(query, keep_blank_values=True)):
            query = urlencode(kept)
    raw_path = found.raw_path.decode("ascii").partition("?")[0] or "/"
    rest = f"?{query}" if query else ""
    return f"{found.scheme}://{found.netloc.decode('ascii')}{raw_path}{rest}"


def joined(base: str, link: str) -> str | None:
    """Where a link of the page `base` leads, None when it is none of the web."""
    try:
        return normal(str(checked_url(base).join(link)))
    except (Invalid, httpx.InvalidURL):
        return None


def differs_in_query_only(one: str, other: str) -> bool:
    """A page's canonical address is believed so far: templates often name the home page."""
    first, second = checked_url(one), checked_url(other)
    return origin_of(first) == origin_of(second) and first.path.rstrip("/") == second.path.rstrip(
        "/"
    )


def filename_of(url: str, media_type: str) -> str:
    """What people would call the file."""
    found = checked_url(url)
    name = PurePosixPath(found.path).name or found.host
    endings = DOCUMENTS.get(media_type, ())
    if media_type in DOCUMENTS:
        return name if PurePosixPath(name).suffix.lower() in endings else name + endings[0]
    return name if PurePosixPath(name).suffix.lower() in _PAGE_ENDINGS else f"{name}.html"


def _says_what(name: str) -> bool:
    return not _NOISE.fullmatch(name)


def _ending(url: str) -> str:
    return PurePosixPath(checked_url(url).path).suffix.lower()
