"""A web site, or the part of it below a path: by its sitemap, else by its links."""

import hashlib
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final

from ingestion.sources.addresses import checked_url
from ingestion.sources.asking import Ask
from ingestion.sources.credentials import Credentials
from ingestion.sources.fetching import Fetcher
from ingestion.sources.page import MAX_PAGE, read_page, stored
from ingestion.sources.page_memory import PageMemory
from ingestion.sources.port import Entry
from ingestion.sources.robots import Robots, read_robots
from ingestion.sources.site import Site, site_of
from ingestion.sources.sitemap import Sitemaps
from ingestion.sources.verdict import (
    is_sign_in,
    require_document,
    require_same_place,
    require_success,
)
from ingestion.sources.visiting import Visit, Visitor
from retrieval.errors import Invalid, NotFound, TooLarge, Unavailable

MAX_PAGES: Final = 1000
CHECK: Final = "the address, user and password"
_MAX_HELD: Final = 512 * 1024 * 1024  # bytes of pages kept between listing and fetching
_DELAY: Final = 0.2  # seconds between two requests, when robots.txt asks for no more
_FEW: Final = 5  # pages that may fail before a share of them counts
_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class WebsitePlace:
    start: str
    max_pages: int = MAX_PAGES
    delay: float = _DELAY


@dataclass(slots=True)
class Website:
    place: WebsitePlace
    credentials: Credentials | None
    fetcher: Fetcher
    pause: Callable[[float], None]  # waits so many seconds
    cache: Path
    _site: Site | None = field(default=None, init=False)  # as it calls itself
    _delay: float = field(default=_DELAY, init=False)
    _held: dict[str, Path] = field(default_factory=dict, init=False)
    _held_bytes: int = field(default=0, init=False)
    _folder: "tempfile.TemporaryDirectory[str] | None" = field(default=None, init=False)

    def entries(self) -> Iterator[Entry]:
        """Pages and linked PDF and office documents. Links are followed when no sitemap lists
        pages. A page that answers with an error is listed, and fails when it is fetched."""
        self._site = self._home(self._visitor(site_of(self.place.start), 0.0))
        visitor = self._visitor(self._site, 0.0)
        robots = read_robots(self.fetcher, visitor.site.start, visitor.sign_in(visitor.site.start))
        self._delay = max(self.place.delay, robots.delay)
        visitor = replace(visitor, delay=self._delay)
        listed = self._sitemap(visitor, robots)
        walk = _Walk(visitor, robots, follow=not listed)
        pages = 0
        for url, visit in walk.visits(listed or [visitor.site.start]):
            if visit.entry is None:
                continue
            pages += 1
            if pages > self.place.max_pages:
                raise Unavailable(
                    f"The site has more than {self.place.max_pages:,} pages. Please follow a part "
                    "of it, or raise the number."
                )
            self._hold(url, visit)
            yield visit.entry
        visitor.memory.forget_all_but(walk.seen)

    def fetch(self, entry: Entry, target: BinaryIO, max_bytes: int) -> None:
        held = self._held.get(entry.key)
        if held is not None:
            content = held.read_bytes()
            if len(content) > max_bytes:
                raise TooLarge(f"The page is larger than {max_bytes:,} bytes.")
            target.write(content)
            return
        visitor = self._visitor(self._site or site_of(self.place.start), self._delay)
        with visitor.ask(Ask(entry.key)) as answer:
            require_same_place(entry.key, answer, CHECK)
            require_success(answer, CHECK)
            if entry.filename.endswith((".html", ".htm", ".xhtml")):
                content = answer.read(min(max_bytes, MAX_PAGE))
                target.write(_page(content, answer.charset))
            else:
                require_document(answer, entry).copy_to(target, max_bytes)

    def close(self) -> None:
        self.fetcher.close()
        self._held.clear()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _visitor(self, site: Site, delay: float) -> Visitor:
        memory = PageMemory(self.cache / "pages.sqlite3")
        return Visitor(site, self.fetcher, memory, self.credentials, self.pause, delay)

    def _home(self, visitor: Visitor) -> Site:
        """The site as it calls itself: many move from http to https, or to the name with www."""
        start = visitor.site.start
        with visitor.ask(Ask(start)) as answer:
            require_same_place(start, answer, CHECK)
            try:
                require_success(answer, CHECK)
            except NotFound as error:
                raise Unavailable(f"There is no page {start}. Please check the address.") from error
            old, new = checked_url(start), checked_url(answer.url)
            if old.host.removeprefix("www.") != new.host.removeprefix("www."):
                raise Unavailable(f"{start} leads to another site, {answer.url}.")
            moved = str(old.copy_with(scheme=new.scheme, host=new.host, port=new.port))
            page = read_page(answer.read(MAX_PAGE), answer.charset)
            if page.is_sign_in or is_sign_in(answer.url):
                raise Unavailable(f"{new.host} asks to sign in. Please check {CHECK}.")
        site = replace(site_of(self.place.start), start=moved)
        if page.is_error or not site.holds(answer.url):
            raise Unavailable(f"{start} leads to {answer.url} now. Please check the address.")
        return site

    def _sitemap(self, visitor: Visitor, robots: Robots) -> list[str]:
        site = visitor.site
        return Sitemaps(self.fetcher, site, visitor.sign_in(site.start)).pages(robots.sitemaps)

    def _hold(self, url: str, visit: Visit) -> None:
        if visit.content is None or self._held_bytes + len(visit.content) > _MAX_HELD:
            return
        if self._folder is None:
            self.cache.mkdir(parents=True, exist_ok=True)
            self._folder = tempfile.TemporaryDirectory(dir=self.cache, prefix="held-")
        path = Path(self._folder.name) / hashlib.sha256(url.encode()).hexdigest()
        path.write_bytes(visit.content)
        self._held[url] = path
        self._held_bytes += len(visit.content)


@dataclass(slots=True)
class _Walk:
    visitor: Visitor
    robots: Robots
    follow: bool  # links to pages, not only those to documents
    seen: set[str] = field(default_factory=set)
    failures: int = 0

    def visits(self, first: list[str]) -> Iterator[tuple[str, Visit]]:
        """Raises: Unavailable when so much fails that the listing would be a half one."""
        site = self.visitor.site
        waiting = deque(url for url in dict.fromkeys(first) if self.robots.allows(url))
        if not waiting:
            host = checked_url(site.start).host
            raise Unavailable(f"The robots.txt of {host} forbids to read {site.start}.")
        self.seen.update(waiting)
        while waiting:
            url = waiting.popleft()
            visit = self.visitor.visit(url)
            self._count(url, visit)
            yield url, visit
            moved = visit.entry is None  # to another spelling of itself
            for link in visit.links:
                wanted = self.follow or moved or site.is_document(link)
                if wanted and link not in self.seen and self.robots.allows(link):
                    self.seen.add(link)
                    waiting.append(link)

    def _count(self, url: str, visit: Visit) -> None:
        if not visit.failed or visit.entry is None:
            return
        self.failures += 1
        if self.failures > max(_FEW, _SHARE * len(self.seen)):
            raise Unavailable(f"Too many pages cannot be read, e.g. {url} ({visit.failed}).")


def _page(content: bytes, charset: str | None) -> bytes:
    """The page as it is stored. Raises: NotFound, Invalid for what is no content."""
    page = read_page(content, charset)
    if page.is_error:
        raise NotFound("The page is not there any more.")
    if page.is_sign_in:
        raise Invalid("Instead of the page the server sent one for signing in.")
    return stored(content, charset)
