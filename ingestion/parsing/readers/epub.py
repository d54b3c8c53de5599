"""EPUB books: the chapters in the order of their spine, each read as the web page that it is."""

from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from ingestion.parsing.containers import check_container
from ingestion.parsing.encoding import decode_html
from ingestion.parsing.items import Item, Job, Refused
from ingestion.parsing.markup import items_of_html
from ingestion.parsing.xml import attribute, local_name, parsed
from retrieval.types import BlockKind

_CONTAINER: Final = "META-INF/container.xml"
_LOCKS: Final = "META-INF/encryption.xml"
_PAGES: Final = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read(job: Job) -> list[Item]:
    check_container(job)
    with ZipFile(job.path) as book:
        names = set(book.namelist())
        package_path = _package_path(book, names, job)
        package = parsed(book.read(package_path))
        chapters = [name for name in _chapters(package, package_path) if name in names]
        if _locked(book, names) & set(chapters):
            raise Refused(f"{job.filename} is protected against copying (DRM) and cannot be read.")
        items = [Item(BlockKind.TITLE, _title(package), level=1)]
        for done, name in enumerate(chapters, 1):
            items.extend(items_of_html(decode_html(book.read(name))))
            job.report(done, len(chapters))
    return items


def _package_path(book: ZipFile, names: set[str], job: Job) -> str:
    roots = parsed(book.read(_CONTAINER)).iter() if _CONTAINER in names else ()
    paths = (attribute(e, "full-path") or "" for e in roots if local_name(e) == "rootfile")
    path = next(paths, "")
    if path not in names:
        raise Refused(f"{job.filename} is damaged: there is no book inside.")
    return path


def _chapters(package: etree._Element, package_path: str) -> list[str]:
    """Members of the archive. The table of contents is a list of what comes anyway."""
    pages = {
        element.get("id"): element.get("href", "")
        for element in package.iter()
        if local_name(element) == "item"
        and element.get("media-type") in _PAGES
        and "nav" not in element.get("properties", "").split()
    }
    order = (e.get("idref") for e in package.iter() if local_name(e) == "itemref")
    folder = PurePosixPath(package_path).parent
    hrefs = (unquote(pages[one].partition("#")[0]) for one in order if one in pages)
    return list(dict.fromkeys(str(folder / href) for href in hrefs))


def _locked(book: ZipFile, names: set[str]) -> set[str]:
    """Members that are encrypted; books do so with their fonts only."""
    if _LOCKS not in names:
        return set()
    elements = parsed(book.read(_LOCKS)).iter()
    return {unquote(e.get("URI", "")) for e in elements if local_name(e) == "CipherReference"}


def _title(package: etree._Element) -> str:
    titles = (e.text or "" for e in package.iter() if local_name(e) == "title")
    return next(titles, "")
