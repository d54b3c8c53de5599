"""A folder of a WebDAV server: Nextcloud, ownCloud, SharePoint, Apache, a NAS."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element

from ingestion.sources.addresses import checked_url
from ingestion.sources.asking import Answer, Ask, basic
from ingestion.sources.credentials import Credentials
from ingestion.sources.fetching import Fetcher
from ingestion.sources.folder import hidden
from ingestion.sources.port import Entry
from ingestion.sources.verdict import require_document, require_same_place, require_success
from ingestion.sources.xml_answers import MAX_XML, children, name_of, parsed, text_of
from retrieval.errors import Invalid, NotFound, TooLarge, Unavailable

MAX_DEPTH: Final = 60
_CHECK: Final = "user and password (at Nextcloud and ownCloud an app password)"
_MULTI_STATUS: Final = 207
_WANTED: Final = (
    b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/>'
    b"<getetag/><getlastmodified/><getcontentlength/></prop></propfind>"
)


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    is_folder: bool
    etag: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Webdav:
    root: str  # URL that ends with "/"
    credentials: Credentials | None
    fetcher: Fetcher

    def entries(self) -> Iterator[Entry]:
        """All files below, level by level: servers refuse to list everything at once."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            for found in self._listed(folder):
                path = folder + found.name
                if hidden(found.name):
                    continue
                if not found.is_folder:
                    yield Entry(path, found.name, found.etag, found.size)
                elif path.count("/") < MAX_DEPTH:
                    waiting.append(f"{path}/")
                else:
                    raise Unavailable(f"The folders below {self.root} are nested too deep.")

    def fetch(self, entry: Entry, target: BinaryIO, max_bytes: int) -> None:
        url = self._url(entry.key)
        with self.fetcher.stream(Ask(url, headers=self._sign_in())) as answer:
            require_same_place(url, answer, _CHECK)
            require_success(answer, _CHECK)
            require_document(answer, entry).copy_to(target, max_bytes)

    def close(self) -> None:
        self.fetcher.close()

    def _listed(self, folder: str) -> Iterator[_Found]:
        url = self._url(folder)
        with _half_listing_refused(url):
            ask = Ask(url, headers=self._sign_in(), content=_WANTED)
            answer = self.fetcher.propfind(ask, MAX_XML)
            require_same_place(url, answer, _CHECK)
            require_success(answer, _CHECK)
            if answer.status != _MULTI_STATUS:
                raise Unavailable(f"{url} is no folder of a WebDAV server.")
            responses = list(children(parsed(answer, "multistatus"), "response"))
        return _children_of(answer, responses)

    def _url(self, key: str) -> str:
        """Segments of dots would be folded away, so they are encoded."""
        segments = (
            quote(part, safe="") if part.strip(".") else part.replace(".", "%2E")
            for part in key.split("/")
        )
        return self.root + "/".join(segments)

    def _sign_in(self) -> dict[str, str]:
        if self.credentials is None:
            return {}
        return basic(self.credentials.username, self.credentials.password)


def checked_webdav(location: str) -> str:
    """Raises: Invalid."""
    url = checked_url(location)
    if url.query or url.fragment:
        raise Invalid("The address of a WebDAV folder has no “?” and no “#”.")
    return str(url).rstrip("/") + "/"


def _children_of(answer: Answer, responses: list[Element]) -> Iterator[_Found]:
    """Names below the folder itself, however the server writes its hrefs: whole URLs, paths, paths
    of the server behind a proxy.

    The folder stands among them; it is the shortest.
    """
    paths = [
        unquote(urlsplit(text_of(response, "href")).path).rstrip("/") for response in responses
    ]
    if not paths:
        raise Unavailable(f"{answer.url} was listed without an answer for itself.")
    own = min(paths, key=len)
    if not _found("", responses[paths.index(own)]).is_folder:
        raise Unavailable(f"{answer.url} is no folder.")
    for path, response in zip(paths, responses, strict=True):
        if path == own:
            continue
        name = path.removeprefix(f"{own}/")
        if not path.startswith(f"{own}/") or name in {"", ".", ".."}:
            raise Unavailable(f"{answer.url} was listed with an entry that is not below it.")
        if "/" in name:  # of a server that answers with more levels than were asked for
            continue
        yield _found(name, response)


def _found(name: str, response: Element) -> _Found:
    status = text_of(response, "status")
    properties = _properties(response)
    if properties is None or (status and " 200" not in status):
        raise Unavailable(f"The server could not look at “{name}”.")
    kind = next(children(properties, "resourcetype"), None)
    is_folder = kind is not None and any(name_of(part) == "collection" for part in kind)
    modified, length = (
        text_of(properties, "getlastmodified"),
        text_of(properties, "getcontentlength"),
    )
    etag = text_of(properties, "getetag").removeprefix("W/").strip('"')
    if not etag and modified:
        etag = f"{length}-{modified}"
    size = int(length) if length.isdecimal() else None
    return _Found(name, is_folder, etag or None, size)


def _properties(response: Element) -> Element | None:
    """Those that the server has; it lists those that it has not beside them."""
    for part in children(response, "propstat"):
        if " 200" in text_of(part, "status"):
            return next(children(part, "prop"), None)
    return None


@contextmanager
def _half_listing_refused(url: str) -> Iterator[None]:
    try:
        yield
    except (NotFound, TooLarge, Invalid) as error:
        raise Unavailable(f"The folder {url} cannot be listed: {error}") from error
