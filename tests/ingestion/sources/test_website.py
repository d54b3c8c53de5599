"""A site is followed politely, by its sitemap or its links, and no error page becomes content."""

import gzip
from io import BytesIO
from pathlib import Path

import pytest

from ingestion.sources.credentials import Credentials
from ingestion.sources.port import Entry
from ingestion.sources.website import Website, WebsitePlace
from retrieval.errors import Invalid, NotFound, Unavailable
from tests.ingestion.sources.local_site import PDF, LocalSite, Reply
from tests.ingestion.sources.stages import a_fetcher

LONG = "<p>" + "A sentence of the handbook about leave and travel. " * 30 + "</p>"


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def follow(site: LocalSite, tmp_path: Path, pauses: list[float]):
    def opened(path: str = "/", max_pages: int = 100) -> Website:
        place = WebsitePlace(site.url + path, max_pages, delay=0.25)
        return Website(place, None, a_fetcher(), pauses.append, tmp_path / "cache")

    return opened


def _listed(source: Website, site: LocalSite) -> dict[str, Entry]:
    try:
        return {entry.key.removeprefix(site.url): entry for entry in source.entries()}
    finally:
        source.close()


def _fetched(source: Website, entry: Entry) -> bytes:
    target = BytesIO()
    try:
        source.fetch(entry, target, 10_000_000)
    finally:
        source.close()
    return target.getvalue()


def test_links_are_followed_within_the_prefix_and_each_page_is_listed_once(site, follow) -> None:
    site.page("/docs/", '<a href="a.html#top">a</a> <a href="/docs/a.html?utm_source=x">a</a>')
    site.page("/docs/a.html", '<a href="../other/">o</a> <a href="b/">b</a> <a href="a.html">a</a>')
    site.page("/docs/b/", '<a href="/docs">up</a> <a href="http://example.com/docs/x">x</a>')
    site.page("/docs2/", "beside")
    site.page("/other/", "not ours")
    assert set(_listed(follow("/docs/"), site)) == {"/docs/", "/docs/a.html", "/docs/b/"}
    assert "/other/" not in site.paths()


def test_a_sitemap_says_which_pages_there_are(site, follow) -> None:
    """Of several, one of them compressed; links to documents are followed, to pages not."""
    one = f"<urlset><url><loc>{site.url}/a</loc></url><url><loc>/b?x=1&amp;y=2</loc></url></urlset>"
    two = (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
        f"<loc> {site.url}/c </loc></url><url><loc>https://elsewhere.example/</loc></url></urlset>"
    )
    index = (
        f"<sitemapindex><sitemap><loc>{site.url}/one.xml</loc></sitemap>"
        f"<sitemap><loc>{site.url}/two.xml.gz</loc></sitemap></sitemapindex>"
    )
    site.replies["/robots.txt"] = Reply(f"Sitemap: {site.url}/index.xml".encode(), "text/plain")
    site.replies["/index.xml"] = Reply(index.encode(), "application/xml")
    site.replies["/one.xml"] = Reply(one.encode(), "application/xml")
    site.replies["/two.xml.gz"] = Reply(gzip.compress(two.encode()), "application/gzip")
    site.page("/", "home")
    site.page("/a", '<a href="/unlisted">u</a><a href="/rules.pdf">r</a><a href="/x.png">x</a>')
    site.page("/b?x=1&y=2", "b")
    site.page("/c", "c")
    site.page("/unlisted", "u")
    site.replies["/rules.pdf"] = Reply(b"%PDF-1.7", PDF)
    assert set(_listed(follow(), site)) == {"/a", "/b?x=1&y=2", "/c", "/rules.pdf"}


@pytest.mark.parametrize(
    "content",
    [
        b"<html>no</html>",
        b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><urlset>&a;</urlset>",
    ],
)
def test_what_is_no_sitemap_at_the_usual_place_is_ignored(site, follow, content) -> None:
    site.replies["/sitemap.xml"] = Reply(content)
    site.page("/", '<a href="/a">a</a>')
    site.page("/a", "a")
    assert set(_listed(follow(), site)) == {"/", "/a"}


def test_half_a_sitemap_is_none(site, follow) -> None:
    site.page("/", "home")
    site.replies["/sitemap.xml"] = Reply(
        f"<sitemapindex><sitemap><loc>{site.url}/gone.xml</loc></sitemap></sitemapindex>".encode()
    )
    with pytest.raises(Unavailable, match="sitemap"):
        _listed(follow(), site)


def test_robots_txt_is_respected_and_its_delay_kept(site, follow, pauses) -> None:
    site.replies["/robots.txt"] = Reply(
        b"User-agent: *\nDisallow: /\n\nUser-agent: Colophon\nDisallow: /private\nCrawl-delay: 3",
        "text/plain",
    )
    site.page("/", '<a href="/private/x">p</a> <a href="/open">o</a>')
    site.page("/open", "o")
    assert set(_listed(follow(), site)) == {"/", "/open"}
    assert "/private/x" not in site.paths()
    assert pauses.count(3.0) == 2
    site.page("/private/", "p")
    with pytest.raises(Unavailable, match=r"robots\.txt"):
        _listed(follow("/private/"), site)


def test_a_robots_txt_that_cannot_be_read_may_forbid_everything(site, follow) -> None:
    site.page("/", "home")
    site.replies["/robots.txt"] = Reply(b"", status=500)
    with pytest.raises(Unavailable, match=r"robots\.txt"):
        _listed(follow(), site)


def test_an_unchanged_page_is_not_sent_again(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/a">a</a>')
    site.page("/a", LONG)
    first = _listed(follow(), site)
    site.asked.clear()
    assert _listed(follow(), site) == first
    # The home page is read once more, to learn where the site is.
    assert [(a.path, a.status) for a in site.asked if a.status in {200, 304}] == [
        ("/", 200),
        ("/", 304),
        ("/a", 304),
    ]


def test_a_page_without_marks_is_unchanged_when_people_read_the_same(site, follow) -> None:
    """Tokens and scripts differ at every request."""
    tokens = iter(range(100))

    def page() -> Reply:
        script = f"<script>var t={next(tokens)}</script><input type=hidden value={next(tokens)}>"
        return Reply(f"<title>T</title>{LONG}{script}".encode(), knows_etag=False)

    site.replies["/"] = page
    first = _listed(follow(), site)["/"]
    assert _listed(follow(), site)["/"] == first
    site.page("/", LONG + "<p>One more sentence.</p>")
    assert _listed(follow(), site)["/"].etag != first.etag


def test_a_listed_page_is_not_asked_for_a_second_time(site, follow) -> None:
    site.page("/", LONG)
    source = follow()
    entry = next(iter(source.entries()))
    before = len(site.asked)
    assert b"leave and travel" in _fetched(source, entry)
    assert len(site.asked) == before


def test_a_page_in_an_older_encoding_can_be_read_without_its_header(site, follow) -> None:
    text = f"<title>员工手册</title><p>{'请假规定' * 50}</p>"
    site.replies["/"] = Reply(text.encode("gbk"), "text/html; charset=gbk")
    source = follow()
    entry = next(iter(source.entries()))
    assert "请假规定" in _fetched(source, entry).decode("utf-8-sig")
    assert "请假规定" in _fetched(follow(), entry).decode("utf-8-sig")


def test_more_pages_than_wanted_are_not_silently_left_out(site, follow) -> None:
    links = "".join(f'<a href="/{number}">x</a>' for number in range(9))
    site.page("/", links)
    for number in range(9):
        site.page(f"/{number}", f"page {number}")
    assert len(_listed(follow(max_pages=10), site)) == 10
    with pytest.raises(Unavailable, match="more than 9 pages"):
        _listed(follow(max_pages=9), site)


@pytest.mark.parametrize(
    "title",
    ["Page not found", "404 - Page Not Found | Northwind", "404", "页面不存在 - 北风", "Not Found"],
)
def test_an_error_page_with_the_status_of_success_is_no_page(site, follow, title) -> None:
    site.page("/", f'{LONG}<a href="/gone">g</a>')
    site.page("/gone", "Sorry, nothing is here.", title=title)
    assert set(_listed(follow(), site)) == {"/"}
    with pytest.raises(NotFound):
        _fetched(follow(), Entry(f"{site.url}/gone", "gone.html", None))


@pytest.mark.parametrize("title", ["What to do when a page is not found", "The Peugeot 404 | Cars"])
def test_a_page_about_errors_is_a_page(site, follow, title) -> None:
    site.page("/", LONG, title=title)
    assert set(_listed(follow(), site)) == {"/"}


FORM = '<form>Name <input name=u> Password <input type="Password" name=p></form>'


def test_a_page_that_asks_to_sign_in_is_no_content(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/inner">i</a><a href="/moved">m</a><a href="/corner">c</a>')
    site.page("/inner", FORM, title="Welcome")
    site.redirect("/moved", "/login?next=/moved")
    site.page("/login?next=/moved", FORM)
    site.page("/corner", LONG + FORM)  # a form in the corner of a page with a text
    assert set(_listed(follow(), site)) == {"/", "/corner"}
    for path in ("/inner", "/moved"):
        with pytest.raises((Invalid, Unavailable), match=r"sign(ing)? in"):
            _fetched(follow(), Entry(f"{site.url}{path}", "page.html", None))


def test_a_known_page_that_now_asks_to_sign_in_has_not_vanished(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/a">a</a>')
    site.page("/a", f'{LONG}<a href="/b">b</a>')
    site.page("/b", LONG)
    assert set(_listed(follow(), site)) == {"/", "/a", "/b"}
    site.replies["/a"] = Reply(b"", status=403)
    entries = _listed(follow(), site)
    assert set(entries) == {"/", "/a", "/b"}
    assert entries["/a"].etag is None  # so it is fetched, and the failure is reported
    with pytest.raises(Unavailable):
        _fetched(follow(), entries["/a"])


def test_a_site_behind_a_sign_in_says_so(site, follow) -> None:
    site.redirect("/", "/sso/start")
    site.page("/sso/start", FORM)
    with pytest.raises(Unavailable, match="asks to sign in"):
        _listed(follow(), site)
    site.page("/", FORM, title="Sign in")
    with pytest.raises(Unavailable, match="asks to sign in"):
        _listed(follow(), site)


def test_a_page_in_the_place_of_a_document_is_a_failed_fetch(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/rules.pdf">r</a>')
    site.page("/rules.pdf", FORM, title="Sign in")
    entries = _listed(follow(), site)
    with pytest.raises(Invalid, match=r"Instead of rules\.pdf the server sent a web page"):
        _fetched(follow(), entries["/rules.pdf"])
    # It says that it is a PDF, and is none.
    site.replies["/rules.pdf"] = Reply(b"\n<!-- x --><!DOCTYPE html><html>", PDF)
    with pytest.raises(Invalid):
        _fetched(follow(), entries["/rules.pdf"])


def test_one_broken_page_is_listed_with_what_was_behind_it(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/a">a</a>')
    site.page("/a", f'{LONG}<a href="/b">b</a>')
    site.page("/b", LONG)
    _listed(follow(), site)
    site.replies["/a"] = Reply(b"<title>Oops</title>", status=500)
    assert set(_listed(follow(), site)) == {"/", "/a", "/b"}


def test_many_broken_pages_are_half_a_listing(site, follow) -> None:
    site.page("/", "".join(f'<a href="/{number}">x</a>' for number in range(9)))
    for number in range(9):
        site.replies[f"/{number}"] = Reply(b"", status=500)
    with pytest.raises(Unavailable, match="Too many pages"):
        _listed(follow(), site)


def test_a_busy_server_is_waited_for(site, follow, pauses) -> None:
    replies = iter([Reply(status=503, headers={"Retry-After": "7"}), Reply(LONG.encode())])
    site.replies["/"] = lambda: next(replies, Reply(LONG.encode()))
    assert set(_listed(follow(), site)) == {"/"}
    assert 7.0 in pauses
    site.replies["/"] = Reply(status=429, headers={"Retry-After": "9999"})
    with pytest.raises(Unavailable, match="too busy"):
        _listed(follow(), site)
    assert max(pauses) == 60.0


def test_a_redirect_within_the_site_is_one_page_and_out_of_it_none(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/old">o</a><a href="/new">n</a><a href="/out">x</a>')
    site.redirect("/old", "/new")
    site.page("/new", LONG)
    other = LocalSite()
    other.page("/", LONG)
    site.redirect("/out", f"{other.url}/")
    assert set(_listed(follow(), site)) == {"/", "/new"}
    other.stop()


def test_a_link_that_leads_astray_costs_nothing_but_itself(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/a">a</a><a href="/inner">i</a><a href="/odd">o</a>')
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    site.redirect("/inner", "http://10.0.0.1/")
    site.redirect("/odd", "file:///etc/passwd")
    assert set(_listed(follow(), site)) == {"/"}


def test_spellings_of_one_page_are_one_and_the_template_s_home_page_is_not_believed(
    site, follow
) -> None:
    site.page("/", f'{LONG}<a href="/a?print=1">p</a><a href="/b;jsessionid=77">b</a>')
    canonical = '<link rel="canonical" href="{}">'
    site.replies["/a?print=1"] = Reply((canonical.format("/a") + LONG).encode())
    site.replies["/a"] = Reply((canonical.format("/a") + LONG).encode())
    site.replies["/b"] = Reply((canonical.format("/") + LONG).encode())
    assert set(_listed(follow(), site)) == {"/", "/a", "/b"}


def test_only_pages_and_documents_are_taken(site, follow) -> None:
    kinds = {"/film": "video/mp4", "/data": "application/json", "/get?id=5": PDF}
    site.page("/", "".join(f'<a href="{path}">x</a>' for path in kinds))
    for path, kind in kinds.items():
        site.replies[path] = Reply(b"%PDF-1.7 x", kind)
    entries = _listed(follow(), site)
    assert set(entries) == {"/", "/get?id=5"}
    assert entries["/get?id=5"].filename == "get.pdf"
    assert _fetched(follow(), entries["/get?id=5"]) == b"%PDF-1.7 x"


def test_a_site_that_moved_to_another_host_is_not_followed_there(site, follow) -> None:
    site.redirect("/", f"http://localhost:{site.server_port}/home")
    site.page("/home", LONG)
    with pytest.raises(Unavailable, match="leads to another site"):
        _listed(follow(), site)


def test_a_start_that_leads_elsewhere_is_no_empty_site(site, follow) -> None:
    site.redirect("/docs", "/documentation/")
    site.page("/documentation/", LONG)
    site.redirect("/guide", "/guide/")
    site.page("/guide/", LONG)
    site.page("/lost", "Sorry", title="Page not found")
    for path in ("/docs", "/lost", "/nothing"):
        with pytest.raises(Unavailable, match="Please check the address"):
            _listed(follow(path), site)
    assert set(_listed(follow("/guide"), site)) == {"/guide/"}


def test_user_and_password_go_to_the_followed_site_alone(site, tmp_path) -> None:
    other = LocalSite()
    other.replies["/rules.pdf"] = Reply(b"%PDF-1.7", PDF)
    site.page("/", f'{LONG}<a href="/rules.pdf">r</a>')
    site.redirect("/rules.pdf", f"{other.url}/rules.pdf")
    source = Website(
        WebsitePlace(f"{site.url}/"),
        Credentials("reader", "secret"),
        a_fetcher(),
        _at_once,
        tmp_path,
    )
    for entry in source.entries():
        source.fetch(entry, BytesIO(), 10_000)
    source.close()
    assert all("authorization" in asked.headers for asked in site.asked)
    assert other.asked
    assert not any("authorization" in asked.headers for asked in other.asked)


def test_hostile_pages_do_not_end_a_listing(site, follow) -> None:
    pages = [
        b"",
        b"<!-- only a comment -->",
        b"\x00\xff\xfe" * 100,
        b"<a " * 50_000,
        b"<div>" * 50_000,
        b'<a href="http://[::1">x</a><a href="javascript:alert(1)">y</a><base href="file:///">',
        b"<a href='//\\evil'>x</a><a href='http://a@b/'>y</a>",
        b"<title>" + b"x" * 1_000_000,
    ]
    site.page("/", "".join(f'<a href="/{number}">x</a>' for number in range(len(pages))))
    for number, body in enumerate(pages):
        site.replies[f"/{number}"] = Reply(body)
    assert {"/", "/3", "/4"} <= set(_listed(follow(), site))


def _at_once(_seconds: float) -> None:
    pass
