"""From lines of pages to paragraphs, headings and tables: arithmetic, and boxes of each line."""

import pytest

from ingestion.parsing.pdf_furniture import without_furniture
from ingestion.parsing.pdf_layout import lay_out
from ingestion.parsing.pdf_lines import Line
from retrieval.types import BlockKind


def a_line(text: str, y: float, page: int = 1, size: float = 10.0, *, broken: bool = False) -> Line:
    top = 800.0 - y - size
    right = 50.0 + 5 * len(text)
    return Line(text, page, 50.0, top, right, top + size, size, False, 800.0, 600.0, broken)


def test_lines_of_a_paragraph_are_joined_and_a_gap_ends_it() -> None:
    lines = [a_line("a paragraph over", 500), a_line("two lines", 488), a_line("another", 450)]
    assert [item.text for item in lay_out(lines)] == ["a paragraph over two lines", "another"]


def test_larger_letters_make_headings_and_the_largest_the_title() -> None:
    lines = [
        a_line("Handbook", 600, size=24),
        a_line("Leave", 560, size=16),
        a_line("Fifteen days a year are paid leave for everyone.", 540),
        a_line("Travel", 600, page=2, size=16),
        a_line("Second class is paid for, first class is not ever.", 580, page=2),
    ]
    assert [(item.kind, item.text) for item in lay_out(lines)] == [
        (BlockKind.TITLE, "Handbook"),
        (BlockKind.HEADING, "Leave"),
        (BlockKind.PARAGRAPH, "Fifteen days a year are paid leave for everyone."),
        (BlockKind.HEADING, "Travel"),
        (BlockKind.PARAGRAPH, "Second class is paid for, first class is not ever."),
    ]


@pytest.mark.parametrize(
    ("before", "after", "rest", "whole"),
    [
        ("the devel", "opment of it", "", "the development of it"),
        ("a long", "term plan", "a long term", "a long-term plan"),
        ("a pre", "view here", "the preview, pre and view", "a preview here"),
    ],
)
def test_a_hyphen_at_a_line_end_stays_only_where_it_belongs(
    before: str, after: str, rest: str, whole: str
) -> None:
    lines = [a_line(before, 500, broken=True), a_line(after, 488), a_line(rest or "x", 400)]
    assert lay_out(lines)[0].text == whole


def test_chinese_lines_are_joined_without_a_space() -> None:
    lines = [a_line("公司员工每年享有", 500), a_line("十五天年假。", 488)]
    assert lay_out(lines)[0].text == "公司员工每年享有十五天年假。"


def test_what_stands_in_the_margin_of_many_pages_is_dropped() -> None:
    lines = [
        line
        for page in range(1, 6)
        for line in (
            a_line("Northwind Ltd", 780, page),
            a_line(f"Text of page {page} in the middle", 400, page),
            a_line(f"Page {page} of 5", 20, page),
        )
    ]
    kept = [part.text for part in without_furniture(lines) if isinstance(part, Line)]
    assert kept == [f"Text of page {page} in the middle" for page in range(1, 6)]


def test_what_repeats_in_the_middle_of_pages_is_kept() -> None:
    lines = [a_line("Approved by the board", 400, page) for page in range(1, 6)]
    assert len(without_furniture(lines)) == 5
