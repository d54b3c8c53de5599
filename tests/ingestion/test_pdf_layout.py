"""From lines of pages to paragraphs, headings and tables: arithmetic, and boxes of each line."""

import pytest

from ingestion.parsing.items import Item
from ingestion.parsing.outline import tidy
from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_furniture import without_furniture
from ingestion.parsing.pdf_layout import lay_out
from ingestion.parsing.pdf_lines import Line
from ingestion.parsing.pdf_page import parts_of
from ingestion.parsing.pdf_rulings import Rulings
from ingestion.parsing.pdf_table import Row, Table
from retrieval.types import BlockKind, Box


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


def test_a_box_of_each_line_tells_where_its_part_of_the_text_stands() -> None:
    lines = [
        a_line("the devel", 500, broken=True),
        a_line("opment of it", 488),
        a_line("ends", 476),
    ]
    item = lay_out([*lines, a_line("the development", 300)])[0]
    assert [item.text[box.start : box.end] for box in item.boxes] == [
        "the devel",
        "opment of it",
        "ends",
    ]
    assert [(box.page, box.top) for box in item.boxes] == [(1, 290), (1, 302), (1, 314)]


def test_cleaning_a_text_moves_its_boxes_along() -> None:
    boxes = (Box(1, 0, 0, 9, 9, 0, 5), Box(1, 0, 9, 9, 18, 7, 11))
    item = tidy([Item(BlockKind.PARAGRAPH, " a\u200b b  c d\x00", boxes=boxes)])[0]
    assert item.text == "a b c d"
    assert [item.text[box.start : box.end] for box in item.boxes] == ["a b", "c d"]


PROSE = "some words of a column"


def a_word(text: str, x: float, y: float, size: float = 10.0, page: int = 1) -> Line:
    right = x + 0.5 * size * len(text)
    return Line(text, page, x, y, right, y + size, size, False, 800.0, 600.0)


def test_two_columns_are_read_one_after_the_other_below_what_goes_across() -> None:
    title = a_word("a title that goes across both of the columns of this page", 60, 40)
    left = [a_word(f"{PROSE} left {n}", 50, 80 + 12 * n) for n in range(8)]
    right = [a_word(f"{PROSE} right {n}", 320, 83 + 12 * n) for n in range(8)]
    shuffled = [line for pair in zip(right, left, strict=True) for line in pair]
    parts = parts_of([*shuffled, title], Rulings())
    assert [part.text for part in parts if isinstance(part, Line)] == [
        line.text for line in (title, *left, *right)
    ]


def test_labels_with_values_are_a_table_with_names_over_the_columns_that_they_span() -> None:
    cells = [
        ("Three months ended June 30,", 300, 100),
        ("2026", 300, 114),
        ("2025", 400, 114),
        ("(in millions)", 50, 114),
        ("Sales of", 50, 130),
        ("all products", 50, 140),
        ("$", 285, 140),
        ("1,200", 300, 140),
        ("$", 385, 140),
        ("(7", 410, 140),
        (")", 422, 140),
        ("Costs", 50, 160),
        ("12", 315, 160),
        ("%", 328, 160),
        ("—", 410, 160),
    ]
    rules = (Area(290, 111.5, 430, 112), Area(290, 126, 340, 126.5), Area(390, 126, 430, 126.5))
    parts = parts_of([a_word(*cell) for cell in cells], Rulings(across=rules))
    assert len(parts) == 1
    (item,) = lay_out(parts)
    period = "Three months ended June 30,"
    assert item.text.split("\n") == [
        f"| (in millions) | {period} 2026 | {period} 2025 |",
        "| --- | --- | --- |",
        "| Sales of all products | $1,200 | $(7) |",
        "| Costs | 12% | — |",
    ]
    rows = {item.text[box.start : box.end].split(" |")[0] for box in item.boxes}
    assert rows == {"| (in millions)", "| Sales of all products", "| Costs"}


def test_merged_cells_of_a_grid_stand_in_every_place_that_they_cover() -> None:
    across = (
        Area(50, 100, 350, 100.5),
        Area(150, 120, 350, 120.5),
        Area(50, 140, 350, 140.5),
        Area(50, 160, 350, 160.5),
    )
    upright = (
        Area(50, 100, 50.5, 160),
        Area(150, 100, 150.5, 160),
        Area(250, 120, 250.5, 160),
        Area(350, 100, 350.5, 160),
    )
    words = [("Plan", 60, 115), ("Cover", 200, 105), ("in", 160, 125), ("out", 260, 125)]
    words += [("Basic", 60, 145), ("yes", 160, 145), ("no", 260, 145)]
    (item,) = lay_out(parts_of([a_word(*word) for word in words], Rulings(across, upright)))
    assert item.text.split("\n") == [
        "| Plan | Cover in | Cover out |",
        "| --- | --- | --- |",
        "| Basic | yes | no |",
    ]


def test_a_table_that_goes_on_overleaf_has_the_header_of_the_page_before() -> None:
    def a_table(names: tuple[str, ...], page: int) -> Table:
        area = Area(0, 0, 9, 9)
        rows = (Row((f"row {page}", "1"), (area,)),)
        return Table(page, Row(names, ()), rows, area, 800.0, 600.0, 0)

    items = lay_out([a_table(("Name", "Sum"), 1), a_table(("", ""), 2), a_line("The end", 9, 2)])
    assert items[1].text.split("\n")[0] == "| Name | Sum |"


def test_a_header_too_long_to_be_repeated_is_parted_with_its_labels() -> None:
    names = ("Item", *(f"a very long name of the column number {n} " * 3 for n in range(8)))
    area = Area(0, 0, 9, 9)
    row = Row(("label", *map(str, range(8))), (area,))
    table = Table(1, Row(names, ()), (row,), area, 800.0, 600.0, 0)
    items = lay_out([table, a_line("The end", 9)])[:-1]
    assert len(items) > 1
    assert all(item.text.split("\n")[2].startswith("| label |") for item in items)
    assert " ".join(item.text for item in items).count("number 7 ") == 3


def test_a_footnote_stands_behind_the_paragraph_that_refers_to_it() -> None:
    lines = [
        a_line("Leave is 25 days.¹ It can be kept until March", 600),
        a_line("and is lost then.", 588),
        a_line("Everything else is in the handbook, which goes", 400),
        Line("¹ By contract.", 1, 50, 700, 110, 708, 8, False, 800, 600),
        a_line("on overleaf.", 700, page=2),
    ]
    assert [(item.kind, item.text) for item in lay_out(lines)] == [
        (BlockKind.PARAGRAPH, "Leave is 25 days.¹ It can be kept until March and is lost then."),
        (BlockKind.FOOTNOTE, "¹ By contract."),
        (BlockKind.PARAGRAPH, "Everything else is in the handbook, which goes on overleaf."),
    ]


def test_numbers_that_count_no_pages_are_no_page_numbers() -> None:
    totals = (17, 4, 99, 3, 58)
    lines = [a_line(f"Total {total}", 20, page) for page, total in enumerate(totals, 1)]
    assert len(without_furniture(lines)) == len(lines)


def test_a_text_without_a_full_stop_does_not_grow_over_all_pages() -> None:
    lines = [
        a_line(f"and line {line} of page {page}", 600 - 12 * line, page)
        for page in range(1, 6)
        for line in range(40)
    ]
    assert max(len(item.boxes) for item in lay_out(lines)) <= 100
