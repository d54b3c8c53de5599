"""Every kind of source, by its name."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ingestion.sources.addresses import resolve
from ingestion.sources.bucket import Bucket, bucket_place
from ingestion.sources.credentials import Credentials
from ingestion.sources.fetching import Fetcher, Network
from ingestion.sources.folder import Folder, checked_folder
from ingestion.sources.git_wire import GitWire
from ingestion.sources.port import Source
from ingestion.sources.repository import Repository, checked_branch, checked_repository
from ingestion.sources.site import site_of
from ingestion.sources.webdav import Webdav, checked_webdav
from ingestion.sources.website import MAX_PAGES, Website, WebsitePlace
from retrieval.errors import Invalid

Options = Mapping[str, object]  # the column sources.options

_TAKEN: Final = {  # options of each kind
    "folder": (),
    "s3": ("endpoint", "region"),
    "webdav": (),
    "website": ("max_pages",),
    "git": ("branch",),
}


def check_location(kind: str, location: str, options: Options) -> str:
    """The location in its one spelling, as it is stored. Asks no other server.

    Raises: Invalid with a sentence for whoever typed it.
    """
    _check_options(kind, options)
    if kind == "folder":
        return checked_folder(location)
    if kind == "s3":
        bucket_place(location, _text(options, "endpoint"), _text(options, "region"))
        return location.rstrip("/")
    if kind == "webdav":
        return checked_webdav(location)
    if kind == "website":
        return site_of(location).start
    checked_branch(_text(options, "branch"))
    return checked_repository(location)


def open_source(
    kind: str,
    location: str,
    options: Options,
    credentials: Credentials | None,
    network: Network,
    cache_dir: Path,
) -> Source:
    """A source to be closed by the caller. Only a Git repository and a web site use `cache_dir`,
    a folder of this source alone that may be lost at any time and is made when missing.

    Raises: Invalid for a wrong location.
    """
    location = check_location(kind, location, options)
    if kind == "folder":
        return Folder(Path(location))
    fetcher = Fetcher(network, resolve, time.monotonic)
    if kind == "s3":
        place = bucket_place(location, _text(options, "endpoint"), _text(options, "region"))
        return Bucket(place, credentials, fetcher, _now)
    if kind == "webdav":
        return Webdav(location, credentials, fetcher)
    if kind == "website":
        site = WebsitePlace(location, _number(options, "max_pages") or MAX_PAGES)
        return Website(site, credentials, fetcher, time.sleep, cache_dir)
    branch = checked_branch(_text(options, "branch"))
    wire = GitWire(location, credentials, fetcher)
    return Repository(location, branch, wire, cache_dir / "repository")


def _check_options(kind: str, options: Options) -> None:
    if kind not in _TAKEN:
        raise Invalid(f"There is no kind of source called “{kind}”.")
    for name, value in options.items():
        if value is not None and name not in _TAKEN[kind]:
            raise Invalid(f"A source of this kind has no option “{name}”.")


def _text(options: Options, name: str) -> str | None:
    value = options.get(name)
    return str(value).strip() or None if value is not None else None


def _number(options: Options, name: str) -> int | None:
    value = options.get(name)
    return value if isinstance(value, int) else None


def _now() -> datetime:
    return datetime.now(UTC)
