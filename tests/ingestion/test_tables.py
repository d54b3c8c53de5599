"""Merged cells, header rows and captions: the arithmetic, then what comes out of web pages."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.parsing.tables import Cell, filled, markdown_table
from retrieval.types import BlockKind
from tests.ingestion.reading import items_of


def plain(*rows: str) -> list[list[Cell]]:
    return [[Cell(text) for text in row.split("|")] for row in rows]


def test_a_merged_cell_stands_in_every_place_that_it_covers() -> None:
    table = filled([[Cell("a", rows=2), Cell("b")], [Cell("c")], [Cell("d"), Cell("e")]])
    assert table.rows == (("a", "b"), ("a", "c"), ("d", "e"))


def test_two_header_rows_become_one_name_for_each_column() -> None:
    rows = [[Cell("Region", rows=2), Cell("2024", columns=2)], *plain("Q1|Q2", "North|1|2")]
    table = filled(rows)
    assert table.header == 2
    lines = markdown_table(table.rows, table.header).splitlines()
    assert lines == ["| Region | 2024 Q1 | 2024 Q2 |", "| --- | --- | --- |", "| North | 1 | 2 |"]


def test_numbers_below_a_merged_cell_are_no_header() -> None:
    assert filled([[Cell("a"), Cell("both", columns=2)], *plain("x|1|2", "y|3|4")]).header == 1


def test_a_first_row_across_the_table_is_its_caption() -> None:
    table = filled([[Cell("Staff in 2024", columns=2)], *plain("Name|Office", "Ann|B12")])
    assert table.caption == "Staff in 2024"
    assert table.rows[0] == ("Name", "Office")


def test_several_titles_of_a_table_keep_their_order() -> None:
    titles = [[Cell(text, columns=2)] for text in ("Acme", "Staff", "in 2024")]
    assert filled([*titles, *plain("Name|Office", "Ann|B12")], "Table 1").caption == (
        "Table 1\nAcme\nStaff\nin 2024"
    )


def test_a_row_across_the_table_further_down_is_not_repeated() -> None:
    rows = [*plain("Name|Office"), [Cell("Finance", columns=2)], *plain("Ann|B12")]
    assert filled(rows).rows[1] == ("Finance", "")


def test_signs_in_columns_of_their_own_join_their_numbers() -> None:
    table = filled(
        [
            [Cell(""), Cell("2024", columns=3), Cell("Share", columns=2)],
            *plain("Sales|$|12|)|5|%", "Costs|$|(3|)|7|%"),
        ]
    )
    assert markdown_table(table.rows, table.header).splitlines() == [
        "|  | 2024 | Share |",
        "| --- | --- | --- |",
        "| Sales | $12) | 5% |",
        "| Costs | $(3) | 7% |",
    ]


def test_a_column_of_currencies_with_a_name_stays() -> None:
    table = filled(plain("Currency|Amount", "$|3", "€|4"))
    assert table.rows[1] == ("$", "3")


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.builds(
                Cell,
                st.sampled_from(["", "a", "12", "$", "%"]),
                st.integers(-1, 4),
                st.integers(-1, 2_000),
            ),
            max_size=4,
        ),
        max_size=5,
    )
)
def test_any_spans_give_rows_of_one_length_that_hold_every_word(rows: list[list[Cell]]) -> None:
    table = filled(rows)
    assert len({len(row) for row in table.rows}) <= 1
    text = table.caption + markdown_table(table.rows, table.header)
    assert all(cell.text in text for row in rows for cell in row)


@pytest.mark.parametrize("suffix", ["html", "md"])
def test_a_table_of_a_page_keeps_caption_merges_and_what_is_in_its_cells(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"page.{suffix}"
    path.write_text(
        "<h1>Report</h1><table><caption>Revenue (EUR million)</caption>"
        "<thead><tr><th rowspan=2>Region</th><th colspan=2>2024</th></tr>"
        "<tr><th>Q1</th><th>Q2</th></tr></thead>"
        "<tr><td rowspan=2>North</td><td>1</td><td>2</td></tr>"
        "<tr><td>3</td><td><ul><li>four</li><li>five</li></ul>"
        "<table><tr><td>a</td><td>b</td></tr></table></td></tr></table><p>after</p>"
    )
    caption, table, after = items_of(path)[1:]
    assert (caption.kind, caption.text) == (BlockKind.CAPTION, "Revenue (EUR million)")
    assert table.text.splitlines() == [
        "| Region | 2024 Q1 | 2024 Q2 |",
        "| --- | --- | --- |",
        "| North | 1 | 2 |",
        "| North | 3 | • four • five a, b |",
    ]
    assert after.text == "after"


def test_a_table_that_lays_a_page_out_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "mail.html"
    path.write_text(
        "<table role=presentation><tr><td>Dear all,</td><td>logo</td></tr></table>"
        "<table><tr><td><h2>News</h2><p>One.</p><table><tr><th>a</th><th>b</th></tr>"
        "<tr><td>1</td><td>2</td></tr></table></td></tr></table>"
    )
    kinds = [item.kind.value for item in items_of(path)]
    assert kinds == ["paragraph", "paragraph", "heading", "paragraph", "table"]


def test_a_long_list_of_short_links_is_a_menu_and_a_short_one_is_not(tmp_path: Path) -> None:
    menu = "".join(f"<li><a href=/{number}>Page {number}</a></li>" for number in range(40))
    path = tmp_path / "page.html"
    path.write_text(f"<ul>{menu}</ul><h1>Rules</h1><ul><li><a href=/x>See also</a></li></ul>")
    assert [item.text for item in items_of(path)] == ["Rules", "See also"]


def test_forms_details_and_figures_of_a_page_are_read(tmp_path: Path) -> None:
    path = tmp_path / "form.html"
    path.write_text(
        "<form><p>Leave request</p><label><input type=checkbox checked>Paid</label>"
        "<label><input type=checkbox>Unpaid</label></form>"
        "<details><summary>More</summary><p>Ask early.</p></details>"
        "<figure><img src='http://127.0.0.1:9/x.png'><figcaption>Figure 1: A form</figcaption>"
        "</figure><p style='display: none'>hidden</p>"
    )
    items = items_of(path)
    texts = [item.text for item in items]
    assert texts == ["Leave request", "☒ Paid☐ Unpaid", "More", "Ask early.", "Figure 1: A form"]
    assert items[-1].kind is BlockKind.CAPTION
