"""What the last run saw of a site's pages, so that unchanged ones need not be sent again."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SHAPE: Final = (
    "CREATE TABLE IF NOT EXISTS pages (url TEXT PRIMARY KEY, etag TEXT NOT NULL, "
    "modified TEXT NOT NULL, digest TEXT NOT NULL, links TEXT NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Remembered:
    etag: str  # header ETag, "" without one
    modified: str  # header Last-Modified, "" without one
    digest: str  # of the page's text
    links: tuple[str, ...]

    def conditions(self) -> dict[str, str]:
        """Headers that ask for the page only if it changed."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in headers.items() if value}


@dataclass(frozen=True, slots=True)
class PageMemory:
    """A cache: what it lost, or never had, is asked again."""

    path: Path

    def recall(self, url: str) -> Remembered | None:
        with closing(self._open()) as pages:
            row = pages.execute(
                "SELECT etag, modified, digest, links FROM pages WHERE url = ?", (url,)
            ).fetchone()
        if row is None:
            return None
        etag, modified, digest, links = row
        return Remembered(etag, modified, digest, tuple(json.loads(links)))

    def keep(self, url: str, page: Remembered) -> None:
        links = json.dumps(page.links)
        with closing(self._open()) as pages, pages:
            pages.execute(
                "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?)",
                (url, page.etag, page.modified, page.digest, links),
            )

    def forget_all_but(self, urls: Iterable[str]) -> None:
        """After a whole listing."""
        kept = set(urls)
        with closing(self._open()) as pages, pages:
            known = [url for (url,) in pages.execute("SELECT url FROM pages")]
            pages.executemany(
                "DELETE FROM pages WHERE url = ?", [(url,) for url in known if url not in kept]
            )

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return self._opened()
        except sqlite3.DatabaseError:  # damaged
            self.path.unlink()
            return self._opened()

    def _opened(self) -> sqlite3.Connection:
        pages = sqlite3.connect(self.path, timeout=10)
        pages.execute("PRAGMA journal_mode = WAL")
        pages.execute("PRAGMA synchronous = OFF")
        pages.execute(_SHAPE)
        return pages
