"""Patterns choose as .gitignore does."""

from collections.abc import Iterator

import pytest

from ingestion.sources.patterns import check_patterns, matching
from ingestion.sources.port import Entry
from retrieval.errors import Invalid, Unavailable

KEYS = ["a.pdf", "notes/b.pdf", "notes/draft/c.docx", "员工/d.pdf"]
PAGES = ["http://x.example/", "http://x.example/de/a%20b", "http://x.example/en/?q=1"]


def _chosen(keys: list[str], include: list[str], exclude: list[str]) -> list[str]:
    entries = [Entry(key, key, None) for key in keys]
    return [entry.key for entry in matching(entries, include, exclude)]


@pytest.mark.parametrize(
    ("include", "exclude", "left"),
    [
        ([], [], KEYS),
        (["*.pdf"], [], ["a.pdf", "notes/b.pdf", "员工/d.pdf"]),
        (["/notes/"], [], ["notes/b.pdf", "notes/draft/c.docx"]),
        (["notes/**"], ["draft/"], ["notes/b.pdf"]),
        ([], ["notes/*", "!notes/b.pdf"], ["a.pdf", "notes/b.pdf", "员工/d.pdf"]),
        (["员工/"], [], ["员工/d.pdf"]),
        (["# a comment", "a.*"], [], ["a.pdf"]),
        (["nothing"], [], []),
    ],
)
def test_patterns_choose(include: list[str], exclude: list[str], left: list[str]) -> None:
    assert _chosen(KEYS, include, exclude) == left


def test_pages_are_chosen_by_the_path_of_their_address() -> None:
    assert _chosen(PAGES, ["/de/"], []) == ["http://x.example/de/a%20b"]
    assert _chosen(PAGES, ["a b"], []) == ["http://x.example/de/a%20b"]
    assert _chosen(PAGES, ["/index.html"], []) == ["http://x.example/"]


def test_a_wrong_pattern_is_refused() -> None:
    with pytest.raises(Invalid, match="pattern"):
        check_patterns(["!"])


def test_a_listing_that_breaks_off_stays_broken() -> None:
    def half() -> Iterator[Entry]:
        yield Entry("a.pdf", "a.pdf", None)
        raise Unavailable("The server went away.")

    chosen = matching(half(), [], [])
    assert next(chosen).key == "a.pdf"
    with pytest.raises(Unavailable):
        next(chosen)
