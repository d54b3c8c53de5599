"""The arithmetic of parsing: encodings, outline, tables, layout of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.parsing.encoding import decode, decode_html
from ingestion.parsing.items import Item
from ingestion.parsing.outline import clean, outline, title_of
from ingestion.parsing.readers.text import paragraphs
from ingestion.parsing.tables import markdown_table
from retrieval.types import BlockKind

CHINESE = "公司员工每年享有十五天带薪年假，未休完的假期可以结转到下一年度，但最多不超过五天。"
TRADITIONAL = "公司員工每年享有十五天帶薪年假，未休完的假期可以結轉到下一年度，但最多不超過五天。"
GERMAN = "Die Kündigungsfrist beträgt drei Monate; Überstunden werden später vergütet."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "utf-16"),
        (CHINESE, "gbk"),
        (CHINESE, "gb18030"),
        (TRADITIONAL, "big5"),
        (GERMAN, "cp1252"),
        (GERMAN, "utf-8"),
        ("plain English", "utf-16-le"),
        ("plain English", "utf-16-be"),
        ("部门,人数\n研发,12\n", "gbk"),
    ],
)
def test_a_text_is_read_in_the_encoding_it_was_written_in(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@given(st.binary(max_size=400))
def test_any_bytes_give_some_text(data: bytes) -> None:
    assert isinstance(decode(data), str)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff")))
def test_utf8_is_never_taken_for_something_else(text: str) -> None:
    assert decode(text.encode()) == text


def test_a_page_that_says_gb2312_is_read_as_its_superset() -> None:
    page = f'<meta charset="gb2312"><p>{CHINESE}镕</p>'
    assert decode_html(page.encode("gb18030")) == page


def test_a_page_that_lies_about_its_encoding_is_still_read() -> None:
    page = f'<meta charset="ascii"><p>{CHINESE}</p>'
    assert decode_html(page.encode("gbk")) == page


def test_headings_close_those_of_their_level_and_below() -> None:
    items = [
        Item(BlockKind.HEADING, "1", level=1),
        Item(BlockKind.HEADING, "1.1", level=2),
        Item(BlockKind.HEADING, "1.1.1", level=3),
        Item(BlockKind.PARAGRAPH, "deep"),
        Item(BlockKind.HEADING, "1.2", level=2),
        Item(BlockKind.PARAGRAPH, "shallow"),
        Item(BlockKind.HEADING, "2", level=1),
        Item(BlockKind.PARAGRAPH, "next"),
    ]
    paths = {block.text: block.headings for block in outline(items)}
    assert paths["deep"] == ("1", "1.1", "1.1.1")
    assert paths["1.2"] == ("1",)
    assert paths["shallow"] == ("1", "1.2")
    assert paths["next"] == ("2",)


def test_the_name_of_a_sheet_is_not_the_title_of_the_workbook() -> None:
    blocks = outline([Item(BlockKind.HEADING, "Sheet1", level=1, sheet="Sheet1")])
    assert title_of(blocks, "figures 2026.xlsx") == "figures 2026"


def test_cleaning_keeps_line_breaks_and_drops_the_invisible() -> None:
    assert clean("\ufeffa\u00a0 b\r\n\r\n\r\n\r\nc\x00\u200b ") == "a b\n\nc"


def test_a_table_has_no_empty_rows_or_columns_and_its_bars_are_escaped() -> None:
    rows = [["a", "", "b|c"], ["", "", ""], ["1\n2", ""]]
    assert markdown_table(rows) == "| a | b\\|c |\n| --- | --- |\n| 1 2 |  |"


def test_lines_that_all_have_bullets_are_a_list() -> None:
    kinds = [item.kind for item in paragraphs("Bring:\n\n- a pen\n- paper\n\nThank you - all.")]
    assert kinds == [
        BlockKind.PARAGRAPH,
        BlockKind.LIST_ITEM,
        BlockKind.LIST_ITEM,
        BlockKind.PARAGRAPH,
    ]
