"""What comes out of each format. Every parse here runs behind the network fence."""

from collections.abc import Callable

import pytest

from ingestion.parsing.parse import Parsed
from retrieval.types import BlockKind

Read = Callable[[str], Parsed]


def the_text(parsed: Parsed) -> str:
    return "\n".join(block.text for block in parsed.blocks)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pdf_annotations.pdf", "Not highlighted"),
        ("pdf_header_footer.pdf", "Here is a lovely sentences"),
        ("pdf_rotated_90.pdf", "Second line of text here"),
        ("docx_tables.docx", "Table with merged cells"),
        ("docx_zh_long.docx", "克森花园（波兰语：Ogród S"),
        ("docx_strict_ooxml.docx", "Some text"),
        ("docx_header_footer.docx", "First header"),
        ("pptx_sample.pptx", "Second slide title"),
        ("xlsx_title_table.xlsx", "Number of freshwater ducks per year"),
        ("html_rich_table.html", "Duck family tree (simplified)"),
        ("html_zh_gb2312.html", "克森花园（波兰语：Ogród S"),
        ("html_cp1252.html", "Das war köstlich"),
        ("md_wiki_ibm.md", "nicknamed Big Blue"),
        ("md_latin1.md", "können"),
        ("eml_attachment.eml", "Here's the attachments!"),
        ("eml_zh_gb18030.eml", "克森花园（波兰语：Ogród S"),
        ("csv_semicolon.csv", "Rasmussen Group"),
        ("csv_utf16.csv", "Flyers"),
        ("csv_zh_gbk.csv", "第三季度"),
        ("legacy.xls", "Number of freshwater ducks per year"),
        ("legacy.rtf", "My first paragraph"),
        ("open.odt", "Lorem ipsum"),
        ("msg_outlook.msg", "This is a test email to use for unit tests"),
        ("txt_zh_gbk.txt", "克森花园（波兰语：Ogród S"),
        ("txt_zh_utf16.txt", "克森花园（波兰语：Ogród S"),
        ("txt_utf16le.txt", "This is a test document to use for unit tests"),
    ],
)
def test_every_format_gives_its_words(read: Read, name: str, words: str) -> None:
    assert words in the_text(read(name))


def test_headings_of_a_word_document_are_above_their_paragraphs(read: Read) -> None:
    blocks = read("docx_numbered_headings.docx").blocks
    deep = next(block for block in blocks if block.text == "Paragraph 1.2.3.1")
    assert [heading.split()[-1] for heading in deep.headings][-3:] == ["1", "1.2", "1.2.3"]


def test_a_heading_is_not_above_itself(read: Read) -> None:
    blocks = read("md_wiki_ibm.md").blocks
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    assert headings
    assert all(block.text not in block.headings for block in headings)


def test_the_only_top_heading_is_the_title_and_stands_in_no_path(read: Read) -> None:
    parsed = read("md_wiki_ibm.md")
    assert parsed.title == "IBM"
    assert parsed.blocks[0].kind is BlockKind.TITLE
    assert all("IBM" not in block.headings for block in parsed.blocks)


def test_a_document_without_a_title_is_called_as_its_file(read: Read) -> None:
    assert read("docx_tables.docx").title == "docx_tables"


def test_a_table_becomes_markdown_with_its_header_first(read: Read) -> None:
    table = next(b for b in read("docx_tables.docx").blocks if b.kind is BlockKind.TABLE)
    assert table.text.splitlines() == [
        "| Header Col 1 | Header Col 2 |",
        "| --- | --- |",
        "| Lorem ipsum | A link example |",
    ]


def test_a_sheet_is_named_and_its_lone_line_above_the_table_is_a_heading(read: Read) -> None:
    blocks = read("xlsx_title_table.xlsx").blocks
    table = next(block for block in blocks if block.kind is BlockKind.TABLE)
    assert table.sheet == "Duck Observations"
    assert table.headings == ("Duck Observations", "Number of freshwater ducks per year")
    assert table.text.splitlines()[2] == "| 2019 | 120 |"


def test_slides_are_pages_and_none_stands_below_another(read: Read) -> None:
    parsed = read("pptx_sample.pptx")
    assert parsed.pages == 3
    first_of = {b.page: b for b in reversed(parsed.blocks)}
    assert [first_of[page].text for page in (1, 2, 3)] == [
        "Test Table Slide",
        "Second slide title",
        "Slide 3",
    ]
    assert {b.headings for b in parsed.blocks if b.page == 3} == {(), ("Slide 3",)}


def test_scripts_of_a_page_are_not_its_text(read: Read) -> None:
    assert "secret_js" not in the_text(read("html_zh_gb2312.html"))


def test_a_mail_has_its_subject_as_title_and_names_its_attachments(read: Read) -> None:
    parsed = read("eml_attachment.eml")
    assert parsed.title == "Fake email with attachment"
    assert "Attachments: fake-attachment.txt" in the_text(parsed)
    assert "From: Mallori Harrell" in the_text(parsed)


def test_an_attachment_is_read_in_the_same_child_as_its_mail(read: Read) -> None:
    last = read("eml_attachment.eml").blocks[-1]
    assert last.text == "Hey this is a fake attachment!"
    assert last.headings == ("fake-attachment.txt",)


def test_a_table_of_an_old_workbook_is_one_and_knows_its_place(read: Read) -> None:
    table = next(b for b in read("legacy.xls").blocks if b.kind is BlockKind.TABLE)
    assert table.text.splitlines()[:3] == [
        "| Year | Freshwater Ducks |",
        "| --- | --- |",
        "| 2019 | 120 |",
    ]
    assert (table.sheet, table.cells) == ("Duck Observations", "B4:C10")


def test_a_row_that_is_longer_than_the_header_is_kept_as_written(read: Read) -> None:
    table, ragged = read("csv_ragged.csv").blocks
    assert table.text.splitlines()[0] == "| 1 | 2 | 3 | 4 |"
    assert ragged.text == "a,b,c,d,e"


def test_the_byte_order_mark_is_not_part_of_the_first_cell(read: Read) -> None:
    header = read("csv_utf16.csv").blocks[0].text.splitlines()[0]
    assert header.isascii()


def test_paragraphs_of_a_plain_text_are_blocks(read: Read) -> None:
    parsed = read("txt_zh_gbk.txt")
    assert len(parsed.blocks) == 8
    assert {block.kind for block in parsed.blocks} == {BlockKind.PARAGRAPH}


def test_the_title_of_the_first_slide_is_that_of_the_presentation(read: Read) -> None:
    parsed = read("pptx_sample.pptx")
    assert parsed.title == "Test Table Slide"
    assert parsed.blocks[0].kind is BlockKind.TITLE


def test_words_own_title_style_names_the_document(read: Read) -> None:
    parsed = read("docx_numbered_headings.docx")
    assert parsed.title == "Test Document"
    assert all("Test Document" not in block.headings for block in parsed.blocks)
