"""Error pages, pages for signing in and broken servers are no content; nothing vanishes by them."""

import pytest

from ingestion.sources.port import Entry
from retrieval.errors import Invalid, NotFound, Unavailable
from tests.ingestion.sources.crawling import FORM, LONG, fetched, listed
from tests.ingestion.sources.local_site import PDF, Reply


@pytest.mark.parametrize(
    "title",
    ["Page not found", "404 - Page Not Found | Northwind", "404", "页面不存在 - 北风", "Not Found"],
)
def test_an_error_page_with_the_status_of_success_is_no_page(site, follow, title) -> None:
    site.page("/", f'{LONG}<a href="/gone">g</a>')
    site.page("/gone", "Sorry, nothing is here.", title=title)
    assert set(listed(follow(), site)) == {"/"}
    with pytest.raises(NotFound):
        fetched(follow(), Entry(f"{site.url}/gone", "gone.html", None))


@pytest.mark.parametrize("title", ["What to do when a page is not found", "The Peugeot 404 | Cars"])
def test_a_page_about_errors_is_a_page(site, follow, title) -> None:
    site.page("/", LONG, title=title)
    assert set(listed(follow(), site)) == {"/"}


def test_a_page_that_asks_to_sign_in_is_no_content(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/inner">i</a><a href="/moved">m</a><a href="/corner">c</a>')
    site.page("/inner", FORM, title="Welcome")
    site.redirect("/moved", "/login?next=/moved")
    site.page("/login?next=/moved", FORM)
    site.page("/corner", LONG + FORM)  # a form in the corner of a page with a text
    assert set(listed(follow(), site)) == {"/", "/corner"}
    for path in ("/inner", "/moved"):
        with pytest.raises((Invalid, Unavailable), match=r"sign(ing)? in"):
            fetched(follow(), Entry(f"{site.url}{path}", "page.html", None))


def test_a_known_page_that_now_asks_to_sign_in_has_not_vanished(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/a">a</a>')
    site.page("/a", f'{LONG}<a href="/b">b</a>')
    site.page("/b", LONG)
    assert set(listed(follow(), site)) == {"/", "/a", "/b"}
    site.replies["/a"] = Reply(b"", status=403)
    entries = listed(follow(), site)
    assert set(entries) == {"/", "/a", "/b"}
    assert entries["/a"].etag is None  # so it is fetched, and the failure is reported
    with pytest.raises(Unavailable):
        fetched(follow(), entries["/a"])


def test_a_site_behind_a_sign_in_says_so(site, follow) -> None:
    site.redirect("/", "/sso/start")
    site.page("/sso/start", FORM)
    with pytest.raises(Unavailable, match="asks to sign in"):
        listed(follow(), site)
    site.page("/", FORM, title="Sign in")
    with pytest.raises(Unavailable, match="asks to sign in"):
        listed(follow(), site)


def test_a_page_in_the_place_of_a_document_is_a_failed_fetch(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/rules.pdf">r</a>')
    site.page("/rules.pdf", FORM, title="Sign in")
    entries = listed(follow(), site)
    with pytest.raises(Invalid, match=r"Instead of rules\.pdf the server sent a web page"):
        fetched(follow(), entries["/rules.pdf"])
    # It says that it is a PDF, and is none.
    site.replies["/rules.pdf"] = Reply(b"\n<!-- x --><!DOCTYPE html><html>", PDF)
    with pytest.raises(Invalid):
        fetched(follow(), entries["/rules.pdf"])


def test_one_broken_page_is_listed_with_what_was_behind_it(site, follow) -> None:
    site.page("/", f'{LONG}<a href="/a">a</a>')
    site.page("/a", f'{LONG}<a href="/b">b</a>')
    site.page("/b", LONG)
    listed(follow(), site)
    site.replies["/a"] = Reply(b"<title>Oops</title>", status=500)
    assert set(listed(follow(), site)) == {"/", "/a", "/b"}


def test_many_broken_pages_are_half_a_listing(site, follow) -> None:
    site.page("/", "".join(f'<a href="/{number}">x</a>' for number in range(9)))
    for number in range(9):
        site.replies[f"/{number}"] = Reply(b"", status=500)
    with pytest.raises(Unavailable, match="Too many pages"):
        listed(follow(), site)


def test_a_busy_server_is_waited_for(site, follow, pauses) -> None:
    replies = iter([Reply(status=503, headers={"Retry-After": "7"}), Reply(LONG.encode())])
    site.replies["/"] = lambda: next(replies, Reply(LONG.encode()))
    assert set(listed(follow(), site)) == {"/"}
    assert 7.0 in pauses
    site.replies["/"] = Reply(status=429, headers={"Retry-After": "9999"})
    with pytest.raises(Unavailable, match="too busy"):
        listed(follow(), site)
    assert max(pauses) == 60.0


def test_a_site_that_moved_to_another_host_is_not_followed_there(site, follow) -> None:
    site.redirect("/", f"http://localhost:{site.server_port}/home")
    site.page("/home", LONG)
    with pytest.raises(Unavailable, match="leads to another site"):
        listed(follow(), site)


def test_a_start_that_leads_elsewhere_is_no_empty_site(site, follow) -> None:
    site.redirect("/docs", "/documentation/")
    site.page("/documentation/", LONG)
    site.redirect("/guide", "/guide/")
    site.page("/guide/", LONG)
    site.page("/lost", "Sorry", title="Page not found")
    for path in ("/docs", "/lost", "/nothing"):
        with pytest.raises(Unavailable, match="Please check the address"):
            listed(follow(path), site)
    assert set(listed(follow("/guide"), site)) == {"/guide/"}


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
    assert {"/", "/3", "/4"} <= set(listed(follow(), site))
