"""One page of a site: asked for politely, and judged."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from ingestion.sources.addresses import checked_url, origin_of
from ingestion.sources.asking import Answer, Ask, LedAstray, basic
from ingestion.sources.credentials import Credentials
from ingestion.sources.fetching import Fetcher
from ingestion.sources.page import MAX_PAGE, Page, read_page, stored
from ingestion.sources.page_memory import PageMemory, Remembered
from ingestion.sources.port import Entry
from ingestion.sources.site import (
    DOCUMENTS,
    Site,
    differs_in_query_only,
    filename_of,
    joined,
    normal,
)
from ingestion.sources.verdict import is_sign_in
from retrieval.errors import TooLarge, Unavailable

HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_BUSY: Final = frozenset({429, 502, 503, 504})
_TRIES: Final = 3
_LONGEST_WAIT: Final = 60.0
_PAUSE_AFTER_LOSS: Final = 2.0
_UNMODIFIED: Final = 304


@dataclass(frozen=True, slots=True)
class Visit:
    """What was found at a URL. No entry: nothing to read there."""

    entry: Entry | None = None
    links: tuple[str, ...] = ()
    failed: str = ""  # why the page, which is there, could not be read
    content: bytes | None = field(default=None, repr=False)  # of a page, as it is stored


@dataclass(frozen=True, slots=True)
class Visitor:
    site: Site
    fetcher: Fetcher
    memory: PageMemory
    credentials: Credentials | None
    pause: Callable[[float], None]  # seconds
    delay: float  # seconds between two requests

    def visit(self, url: str) -> Visit:
        """Raises: Unavailable when the server is down or asks to come back later."""
        known = self.memory.recall(url)
        try:
            if self.site.is_document(url):
                return self._look(url)
            conditions = known.conditions() if known is not None else {}
            with self.ask(Ask(url, headers=conditions)) as answer:
                return self._judged(url, answer, known)
        except LedAstray as error:
            return replace(_before(url, known) if known else Visit(), failed=str(error))

    @contextmanager
    def ask(self, ask: Ask) -> Iterator[Answer]:
        """The answer, waiting and trying again when the server is busy. Raises: Unavailable."""
        full = replace(ask, headers={**ask.headers, **self.sign_in(ask.url)})
        for attempt in range(_TRIES):
            self.pause(self.delay)
            with self._reached(full) as answer:
                if answer.status not in _BUSY:
                    yield answer
                    return
                status, wait = answer.status, _asked_wait(answer)
            if attempt + 1 < _TRIES:
                self.pause(wait)
        raise Unavailable(f"{checked_url(ask.url).host} is too busy to answer (status {status}).")

    @contextmanager
    def _reached(self, ask: Ask) -> Iterator[Answer]:
        """One lost connection among thousands does not end a listing."""
        with ExitStack() as stack:
            try:
                answer = stack.enter_context(self.fetcher.stream(ask))
            except LedAstray:
                raise
            except Unavailable:
                self.pause(_PAUSE_AFTER_LOSS)
                answer = stack.enter_context(self.fetcher.stream(ask))
            yield answer

    def sign_in(self, url: str) -> dict[str, str]:
        """For the followed site alone."""
        same = origin_of(checked_url(url)) == origin_of(checked_url(self.site.start))
        if self.credentials is None or not same:
            return {}
        return basic(self.credentials.username, self.credentials.password)

    def _look(self, url: str) -> Visit:
        """At a document, without reading it."""
        with self.ask(Ask(url, method="HEAD")) as answer:
            if answer.status in {404, 410}:
                return Visit()
            kind = answer.media_type
            if answer.status == 200 and kind in HTML:
                return Visit(_entry(url, ""), failed="a page stands in its place")
            if answer.status != 200:  # not every server knows HEAD
                return Visit(_entry(url, ""))
            return Visit(_document(url, answer))

    def _judged(self, url: str, answer: Answer, known: Remembered | None) -> Visit:
        if answer.status == _UNMODIFIED and known is not None:
            entry = Entry(url, filename_of(url, "text/html"), known.digest)
            return Visit(entry, known.links)
        return self._refused(url, answer, known) or self._content(url, answer, known)

    def _refused(self, url: str, answer: Answer, known: Remembered | None) -> Visit | None:
        """A page that was readable must not look like one that was removed."""
        before = _before(url, known)
        if (answer.url != url and is_sign_in(answer.url)) or answer.status in {401, 403}:
            return replace(before if known else Visit(), failed="sign-in")
        if answer.status in {404, 410}:
            return Visit()
        if answer.status != 200:
            return replace(before, failed=f"status {answer.status}")
        return None

    def _content(self, url: str, answer: Answer, known: Remembered | None) -> Visit:
        landed = normal(answer.url)
        if not self.site.holds(landed):
            return Visit()
        if landed != url:
            return Visit(links=(landed,))
        if answer.media_type in HTML:
            return self._read(url, answer, known)
        if answer.media_type in DOCUMENTS:
            return Visit(_document(url, answer))
        return Visit()

    def _read(self, url: str, answer: Answer, known: Remembered | None) -> Visit:
        try:
            content = answer.read(MAX_PAGE)
        except TooLarge as error:
            return Visit(_entry(url, "text/html"), failed=str(error))
        page = read_page(content, answer.charset)
        if page.is_error:
            return Visit()
        if page.is_sign_in:
            return replace(_before(url, known) if known else Visit(), failed="sign-in")
        links = tuple(dict.fromkeys(self._links(url, page)))
        canonical = joined(url, page.canonical) if page.canonical else None
        if canonical not in {None, url} and differs_in_query_only(url, canonical or url):
            return Visit(links=(canonical or url, *links))
        headers = answer.headers
        seen = Remembered(
            headers.get("etag", ""), headers.get("last-modified", ""), page.digest, links
        )
        self.memory.keep(url, seen)
        entry = Entry(url, filename_of(url, "text/html"), page.digest)
        return Visit(entry, links, content=stored(content, answer.charset))

    def _links(self, url: str, page: Page) -> Iterator[str]:
        base = (joined(url, page.base) if page.base else None) or url
        for link in page.links:
            found = joined(base, link)
            if found is not None and self.site.holds(found) and self.site.may_be_read(found):
                yield found


def _entry(url: str, media_type: str) -> Entry:
    """Of what cannot be said to be unchanged."""
    name = filename_of(url, media_type) if media_type else url.rpartition("/")[2].partition("?")[0]
    return Entry(url, name, None)


def _before(url: str, known: Remembered | None) -> Visit:
    """A page that is there and cannot be read: what was behind it is still followed."""
    return Visit(_entry(url, "text/html"), known.links if known else ())


def _document(url: str, answer: Answer) -> Entry:
    headers = answer.headers
    etag = answer.etag
    length = headers.get("content-length", "")
    if not etag and headers.get("last-modified"):
        etag = f"{length}-{headers['last-modified']}"
    size = int(length) if length.isdecimal() else None
    return Entry(url, filename_of(url, answer.media_type), etag or None, size)


def _asked_wait(answer: Answer) -> float:
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), _LONGEST_WAIT) if asked.isdecimal() else 2.0
