"""What tests of followed sites say of pages, and how they list and fetch."""

from io import BytesIO

from ingestion.sources.port import Entry
from ingestion.sources.website import Website
from tests.ingestion.sources.local_site import LocalSite

LONG = "<p>" + "A sentence of the handbook about leave and travel. " * 30 + "</p>"


def listed(source: Website, site: LocalSite) -> dict[str, Entry]:
    try:
        return {entry.key.removeprefix(site.url): entry for entry in source.entries()}
    finally:
        source.close()


def fetched(source: Website, entry: Entry) -> bytes:
    target = BytesIO()
    try:
        source.fetch(entry, target, 10_000_000)
    finally:
        source.close()
    return target.getvalue()


FORM = '<form>Name <input name=u> Password <input type="Password" name=p></form>'
