"""A site is followed politely, by its sitemap or its links, and each page is listed once."""

import gzip
from io import BytesIO

import pytest

from ingestion.sources.credentials import Credentials
from ingestion.sources.website import Website, WebsitePlace
from retrieval.errors import Unavailable
from tests.ingestion.sources.crawling import LONG, fetched, listed
from tests.ingestion.sources.local_site import PDF, LocalSite, Reply
from tests.ingestion.sources.reader import a_fetcher


def test_links_are_followed_within_the_prefix_and_each_page_is_listed_once(site, follow) -> None:
    site.page("/docs/", '<a href="a.html#top">a</a> <a href="/docs/a.html?utm_source=x">a</a>')
    site.page("/docs/a.html", '<a href="../other/">o</a> <a href="b/">b</a> <a href="a.html">a</a>')
    site.page("/docs/b/", '<a href="/docs">up</a> <a href="http://example.com/docs/x">x</a>')
    site.page("/docs2/", "beside")
    site.page("/other/", "not ours")
    assert set(listed(follow("/docs/"), site)) == {"/docs/", "/docs/a.html", "/docs/b/"}
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
    assert set(listed(follow(), site)) == {"/a", "/b?x=1&y=2", "/c", "/rules.pdf"}


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
    assert set(listed(follow(), site)) == {"/", "/a"}


def test_half_a_sitemap_is_none(site, follow) -> None:
    site.page("/", "home")
    site.replies["/sitemap.xml"] = Reply(
        f"<sitemapindex><sitemap><loc>{site.url}/gone.xml</loc></sitemap></sitemapindex>".encode()
    )
    with pytest.raises(Unavailable, match="sitemap"):
        listed(follow(), site)


def test_robots_txt_is_respected_and_its_delay_kept(site, follow, pauses) -> None:
    site.replies["/robots.txt"] = Reply(
        b"User-agent: *\nDisallow: /\n\nUser-agent: Colophon\nDisallow: /private\nCrawl-delay: 3",
        "text/plain",
    )
    site.page("/", '<a href="/private/x">p</a> <a href="/open">o</a>')
    site.page("/open", "o")
    assert set(listed(follow(), site)) == {"/", "/open"}
    assert "/private/x" not in site.paths()
    assert pauses.count(3.0) == 2
    site.page("/private/", "p")
    with pytest.raises(Unavailable, match=r"robots\.txt"):
        listed(follow("/private/"), site)


def test_a_robots_txt_that_cannot_be_read_may_forbid_everything(site, follow) -> None:
    site.page("/", "home")
    site.replies["/robots.txt"] = Reply(b"", status=500)
    with pytest.raises(Unavailable, match=r"robots\.txt"):
        listed(follow(), site)


def test_an_unchanged_page_is_not_sent_again(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/a">a</a>')
    site.page("/a", LONG)
    first = listed(follow(), site)
    site.asked.clear()
    assert listed(follow(), site) == first
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
    first = listed(follow(), site)["/"]
    assert listed(follow(), site)["/"] == first
    site.page("/", LONG + "<p>One more sentence.</p>")
    assert listed(follow(), site)["/"].etag != first.etag


def test_a_listed_page_is_not_asked_for_a_second_time(site, follow) -> None:
    site.page("/", LONG)
    source = follow()
    entry = next(iter(source.entries()))
    before = len(site.asked)
    assert b"leave and travel" in fetched(source, entry)
    assert len(site.asked) == before


def test_a_page_in_an_older_encoding_can_be_read_without_its_header(site, follow) -> None:
    text = f"<title>员工手册</title><p>{'请假规定' * 50}</p>"
    site.replies["/"] = Reply(text.encode("gbk"), "text/html; charset=gbk")
    source = follow()
    entry = next(iter(source.entries()))
    assert "请假规定" in fetched(source, entry).decode("utf-8-sig")
    assert "请假规定" in fetched(follow(), entry).decode("utf-8-sig")


def test_more_pages_than_wanted_are_not_silently_left_out(site, follow) -> None:
    links = "".join(f'<a href="/{number}">x</a>' for number in range(9))
    site.page("/", links)
    for number in range(9):
        site.page(f"/{number}", f"page {number}")
    assert len(listed(follow(max_pages=10), site)) == 10
    with pytest.raises(Unavailable, match="more than 9 pages"):
        listed(follow(max_pages=9), site)


def test_a_redirect_within_the_site_is_one_page_and_out_of_it_none(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/old">o</a><a href="/new">n</a><a href="/out">x</a>')
    site.redirect("/old", "/new")
    site.page("/new", LONG)
    other = LocalSite()
    other.page("/", LONG)
    site.redirect("/out", f"{other.url}/")
    assert set(listed(follow(), site)) == {"/", "/new"}
    other.stop()


def test_a_link_that_leads_astray_costs_nothing_but_itself(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/a">a</a><a href="/inner">i</a><a href="/odd">o</a>')
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    site.redirect("/inner", "http://10.0.0.1/")
    site.redirect("/odd", "file:///etc/passwd")
    assert set(listed(follow(), site)) == {"/"}


def test_spellings_of_one_page_are_one_and_the_template_s_home_page_is_not_believed(
    site, follow
) -> None:
    site.page("/", f'{LONG}<a href="/a?print=1">p</a><a href="/b;jsessionid=77">b</a>')
    canonical = '<link rel="canonical" href="{}">'
    site.replies["/a?print=1"] = Reply((canonical.format("/a") + LONG).encode())
    site.replies["/a"] = Reply((canonical.format("/a") + LONG).encode())
    site.replies["/b"] = Reply((canonical.format("/") + LONG).encode())
    assert set(listed(follow(), site)) == {"/", "/a", "/b"}


def test_only_pages_and_documents_are_taken(site, follow) -> None:
    kinds = {"/film": "video/mp4", "/data": "application/json", "/get?id=5": PDF}
    site.page("/", "".join(f'<a href="{path}">x</a>' for path in kinds))
    for path, kind in kinds.items():
        site.replies[path] = Reply(b"%PDF-1.7 x", kind)
    entries = listed(follow(), site)
    assert set(entries) == {"/", "/get?id=5"}
    assert entries["/get?id=5"].filename == "get.pdf"
    assert fetched(follow(), entries["/get?id=5"]) == b"%PDF-1.7 x"


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
    other.stop()
    assert all("authorization" in asked.headers for asked in site.asked)
    assert other.asked
    assert not any("authorization" in asked.headers for asked in other.asked)


def _at_once(_seconds: float) -> None:
    pass
