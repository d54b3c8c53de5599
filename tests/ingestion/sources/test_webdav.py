"""What servers of WebDAV do differently, and what they say when something is wrong."""

from io import BytesIO

import pytest

from ingestion.sources.port import Entry
from ingestion.sources.webdav import Webdav
from retrieval.errors import Invalid, Unavailable
from tests.ingestion.sources.local_site import LocalSite, Reply
from tests.ingestion.sources.reader import a_fetcher

XML = "application/xml; charset=utf-8"
FOLDER = "<d:resourcetype><d:collection/></d:resourcetype>"
PLAIN = "<d:resourcetype/>"
OK = "HTTP/1.1 200 OK"


def _answer(*responses: str) -> Reply:
    body = (
        f'<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">{"".join(responses)}</d:multistatus>'
    )
    return Reply(body.encode(), XML, status=207)


def _response(href: str, properties: str, status: str = OK) -> str:
    """What the server has not stands first, as some write it."""
    return (
        f"<d:response><d:href>{href}</d:href><d:propstat><d:prop><d:resourcetype/><d:getetag/>"
        "</d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat><d:propstat>"
        f"<d:prop>{properties}</d:prop><d:status>{status}</d:status></d:propstat></d:response>"
    )


def _listed(site: LocalSite) -> dict[str, Entry]:
    source = Webdav(f"{site.url}/dav/", None, a_fetcher())
    try:
        return {entry.key: entry for entry in source.entries()}
    finally:
        source.close()


@pytest.mark.parametrize(
    "own",
    [
        "/dav/",  # Apache
        "/dav",
        "http://cloud.example.com/dav/",  # whole URLs, of another name
        "/remote.php/dav/files/lea%20b/",  # Nextcloud behind a proxy that shortens paths
    ],
)
def test_names_are_read_however_the_server_writes_them(site: LocalSite, own: str) -> None:
    base = own.rstrip("/")
    site.replies["/dav/"] = _answer(
        _response(f"{base}/%E5%91%98%E5%B7%A5/", FOLDER),
        _response(own, FOLDER),
        _response(f"{base}/a%20b.pdf", f"{PLAIN}<d:getetag>W/&quot;7&quot;</d:getetag>"),
    )
    site.replies["/dav/%E5%91%98%E5%B7%A5/"] = _answer(
        _response(f"{base}/%e5%91%98%e5%b7%a5/", FOLDER),
        _response(f"{base}/%e5%91%98%e5%b7%a5/c.pdf", f"{PLAIN}<d:getetag>8</d:getetag>"),
    )
    entries = _listed(site)
    assert {key: entry.etag for key, entry in entries.items()} == {
        "a b.pdf": "7",
        "员工/c.pdf": "8",
    }


def test_without_a_mark_the_time_and_length_are_one(site: LocalSite) -> None:
    site.replies["/dav/"] = _answer(
        _response("/dav/", FOLDER),
        _response(
            "/dav/a.pdf",
            f"{PLAIN}<d:getcontentlength>12</d:getcontentlength>"
            "<d:getlastmodified>Sun, 22 Nov 2026 05:00:00 GMT</d:getlastmodified>",
        ),
        _response("/dav/b.pdf", PLAIN),
    )
    entries = _listed(site)
    assert entries["a.pdf"].etag == "12-Sun, 22 Nov 2026 05:00:00 GMT"
    assert entries["a.pdf"].size == 12
    assert entries["b.pdf"].etag is None


@pytest.mark.parametrize(
    "reply",
    [
        _answer(),
        _answer(_response("/dav/", PLAIN)),
        _answer(_response("/dav/", FOLDER), _response("/dav/a", FOLDER, "HTTP/1.1 403 Forbidden")),
        _answer(_response("/dav/", FOLDER), _response("/other/a.pdf", PLAIN)),
        Reply(b"<html>Sign in</html>", status=200),
        Reply(b"<html>Sign in</html>", status=207),
        Reply(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', XML, status=207),
        Reply(b"<d:multistatus xmlns:d='DAV:'><d:response>", XML, status=207),
        Reply(b"", status=404),
        Reply(b"", status=405),
        Reply(b"", status=500),
        Reply(b"", status=302, headers={"Location": "/login"}),
    ],
)
def test_what_is_no_whole_listing_is_none(site: LocalSite, reply: Reply) -> None:
    site.replies["/dav/"] = reply
    site.page("/login", "Sign in")
    with pytest.raises(Unavailable):
        _listed(site)


def test_folders_that_hold_themselves_end(site: LocalSite) -> None:
    def reply(path: str, authorization: str | None) -> Reply:
        return _answer(_response(path, FOLDER), _response(f"{path}again/", FOLDER))

    site.reply = reply  # type: ignore[method-assign]
    with pytest.raises(Unavailable, match="nested too deep"):
        _listed(site)


def test_an_answer_cannot_lead_to_another_place(site: LocalSite) -> None:
    """A href is read for its name alone; the next question goes below the known folder."""
    site.replies["/dav/"] = _answer(
        _response("/dav/", FOLDER), _response("http://10.0.0.1/dav/inner/", FOLDER)
    )
    site.replies["/dav/inner/"] = _answer(_response("/dav/inner/", FOLDER))
    assert _listed(site) == {}
    assert site.paths() == ["/dav/", "/dav/inner/"]


def test_a_page_in_the_place_of_a_document_is_a_failed_fetch(site: LocalSite) -> None:
    site.page("/dav/a.pdf", '<form><input type="password"></form>', title="Nextcloud")
    site.page("/dav/page.html", "a page that is a document")
    site.page("/dav/form.html", '<form><input type="password"></form>')
    source = Webdav(f"{site.url}/dav/", None, a_fetcher())
    with pytest.raises(Invalid, match="web page"):
        source.fetch(Entry("a.pdf", "a.pdf", "1"), BytesIO(), 1000)
    with pytest.raises(Invalid, match="signing in"):
        source.fetch(Entry("form.html", "form.html", "1"), BytesIO(), 1000)
    same = site.replies["/dav/form.html"].etag.strip('"')  # the page that was listed is a form
    for name, etag in (("page.html", "1"), ("form.html", same)):
        target = BytesIO()
        source.fetch(Entry(name, name, etag), target, 1000)
        assert target.getvalue() == site.replies[f"/dav/{name}"].body
    source.close()
