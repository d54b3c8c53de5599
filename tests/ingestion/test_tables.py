"""Merged cells, header rows and captions: the arithmetic, then what comes out of each format."""

import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Pt

from ingestion.parsing.tables import Cell, filled, markdown_table
from retrieval.types import BlockKind
from tests.ingestion.reading import blocks_of, items_of, tables_of


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


def test_merged_cells_of_word_are_filled_and_its_first_column_too(tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(rows=4, cols=3)
    texts = ["Region|2024|", "|Q1|Q2", "North|1|2", "North|3|4"]
    for row, line in enumerate(texts):
        for column, text in enumerate(line.split("|")):
            table.cell(row, column).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    document.save(tmp_path / "merged.docx")
    assert tables_of(tmp_path / "merged.docx") == [
        [
            "| Region | 2024 Q1 | 2024 Q2 |",
            "| --- | --- | --- |",
            "| North | 1 | 2 |",
            "| North | 3 | 4 |",
        ]
    ]


def test_merged_cells_of_a_slide_are_filled_and_the_table_knows_its_place(tmp_path: Path) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Prices"
    shape = slide.shapes.add_table(3, 2, Pt(50), Pt(100), Pt(300), Pt(90))
    for row, line in enumerate(["Item|Price", "Tea|3", "Cake|"]):
        for column, text in enumerate(line.split("|")):
            shape.table.cell(row, column).text = text
    shape.table.cell(1, 1).merge(shape.table.cell(2, 1))
    presentation.save(str(tmp_path / "deck.pptx"))
    title, table = blocks_of(tmp_path / "deck.pptx")
    assert title.kind is BlockKind.TITLE
    assert table.text.splitlines()[2:] == ["| Tea | 3 |", "| Cake | 3 |"]
    box = table.boxes[0]
    assert (box.left, box.top, box.right, box.bottom) == (50.0, 100.0, 350.0, 190.0)
    assert (box.page, box.start, box.end) == (1, 0, len(table.text))


def test_shapes_of_a_group_stand_where_people_see_them(tmp_path: Path) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(Pt(0), Pt(0), Pt(100), Pt(20)).text_frame.text = "inside"
    group.left, group.top, group.width, group.height = Pt(200), Pt(300), Pt(50), Pt(10)
    presentation.save(str(tmp_path / "group.pptx"))
    (block,) = blocks_of(tmp_path / "group.pptx")
    box = block.boxes[0]
    assert (box.left, box.top, box.right, box.bottom) == (200.0, 300.0, 250.0, 310.0)


def test_the_numbers_of_a_chart_are_a_table(tmp_path: Path) -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    data = CategoryChartData()
    data.categories = ["Q1", "Q2"]
    data.add_series("Tea", (1.5, 2.25))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Pt(9), Pt(9), Pt(300), Pt(200), data)
    presentation.save(str(tmp_path / "chart.pptx"))
    assert tables_of(tmp_path / "chart.pptx") == [
        ["| | Tea |", "| --- | --- |", "| Q1 | 1.5 |", "| Q2 | 2.25 |"]
    ]


def test_a_footer_stands_once_and_numbers_of_slides_not_at_all(tmp_path: Path) -> None:
    presentation = Presentation()
    layout = presentation.slide_layouts[5]
    for name in ("One", "Two"):
        slide = presentation.slides.add_slide(layout)
        slide.shapes.title.text = name
        for inherited in layout.placeholders:
            if inherited.placeholder_format.type in (15, 13):  # footer, number
                slide.shapes.clone_placeholder(inherited)
        for shape in slide.placeholders:
            if shape is not slide.shapes.title and not shape.text_frame.text:
                shape.text_frame.text = "Acme, confidential" if "Footer" in shape.name else "7"
    presentation.save(str(tmp_path / "deck.pptx"))
    texts = [item.text for item in items_of(tmp_path / "deck.pptx")]
    assert texts == ["One", "Acme, confidential", "Two"]


def workbook(path: Path, *rows: list[object], merge: str = "") -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    book.save(path)
    return path


def test_a_table_of_a_workbook_says_where_it_stands(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "plan.xlsx",
        ["Budget 2024"],
        ["in EUR thousand"],
        ["Team", "Head count", "Share"],
        ["Research", 12, 0.4],
        [],
        ["Sales", 18, 0.6],
        ["Source: HR."],
    )
    heading, title, unit, table, note = blocks_of(path)
    assert [block.kind.value for block in (heading, title, unit)] == ["heading"] * 2 + ["caption"]
    assert table.headings == ("Sheet", "Budget 2024")
    assert (table.sheet, table.cells) == ("Sheet", "A3:C6")
    assert table.text.splitlines()[2:] == ["| Research | 12 | 0.4 |", "| Sales | 18 | 0.6 |"]
    assert (note.text, note.cells) == ("Source: HR.", "A7")


def test_percentages_and_dates_are_what_a_person_sees(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Day", "Share", "Sum"])
    sheet.append(["=DATE(2024,3,31)", 0.125, 0.1 + 0.2])
    sheet["A2"], sheet["A2"].number_format = 45382, "yyyy-mm-dd"
    sheet["B2"].number_format = "0.0%"
    book.save(tmp_path / "values.xlsx")
    assert tables_of(tmp_path / "values.xlsx")[0][2] == "| 2024-03-31 | 12.5% | 0.3 |"


def test_merged_cells_of_a_workbook_are_filled(tmp_path: Path) -> None:
    rows = (["Region", "2024", None], [None, "Q1", "Q2"], ["North", 1, 2])
    path = workbook(tmp_path / "merged.xlsx", *rows, merge="B1:C1")
    assert tables_of(path)[0][0] == "| Region | 2024 Q1 | 2024 Q2 |"


def test_two_tables_side_by_side_are_two(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "two.xlsx",
        ["Name", "Age", None, "Office", "Floor"],
        ["Ann", 30, None, "Paris", 2],
        ["Bob", 40, None, "Rome", 3],
    )
    assert [table[0] for table in tables_of(path)] == ["| Name | Age |", "| Office | Floor |"]


def test_a_blank_column_inside_a_table_does_not_part_it(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "air.xlsx",
        ["CHF", None, "2024", None, None, "2023"],
        [None, "Sales", "Profit", None, "Sales", "Profit"],
        ["Zone A", 10, 2, None, 9, 1],
    )
    assert tables_of(path) == [
        [
            "| CHF | 2024 Sales | 2024 Profit | 2023 Sales | 2023 Profit |",
            "| --- | --- | --- | --- | --- |",
            "| Zone A | 10 | 2 | 9 | 1 |",
        ]
    ]


def test_content_controls_insertions_and_footnotes_of_word_are_read(tmp_path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("Leave is ")
    for wrapper, words in (("w:ins", "25 days"), ("w:del", "20 days"), ("w:smartTag", " a year.")):
        element = OxmlElement(wrapper)
        run = OxmlElement("w:r")
        text = OxmlElement("w:t")
        text.text = words
        run.append(text)
        element.append(run)
        paragraph._p.append(element)
    box = document.add_paragraph("Approved: ").add_run()
    symbol = OxmlElement("w:sym")
    symbol.set(symbol.nsmap["w"].join("{}") + "char", "F0FE")
    box._r.append(symbol)
    document.save(tmp_path / "changed.docx")
    texts = [item.text for item in items_of(tmp_path / "changed.docx")]
    assert texts == ["Leave is 25 days a year.", "Approved: ☒"]


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BOX = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
    "<w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
CONTROL = (
    "<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>chosen</w:t></w:r></w:p>"
    "</w:sdtContent></w:sdt>"
)
PROMPT = (
    "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Click here</w:t>"
    "</w:r></w:p></w:sdtContent></w:sdt>"
)


def test_footnotes_and_text_boxes_of_word_stand_behind_what_they_belong_to(tmp_path: Path) -> None:
    plain, path = tmp_path / "plain.docx", tmp_path / "noted.docx"
    document = Document()
    document.add_paragraph("Leave is 25 days.")
    document.add_paragraph("Ask early.")
    document.save(plain)
    note = "<w:p><w:r><w:t>Full time only.</w:t></w:r></w:p>"
    notes = f'<w:footnotes {WORD}><w:footnote w:id="2">{note}</w:footnote></w:footnotes>'
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.namelist():
            content = old.read(member).decode("utf-8", errors="surrogateescape")
            if member == "word/document.xml":
                end = "25 days.</w:t></w:r>"
                content = content.replace(end, f"{end}{NOTE}{BOX}")
                content = content.replace("<w:sectPr", f"{CONTROL}{PROMPT}<w:sectPr", 1)
            new.writestr(member, content.encode("utf-8", errors="surrogateescape"))
        new.writestr("word/footnotes.xml", notes)
    found = [(item.kind.value, item.text) for item in items_of(path)]
    assert found == [
        ("paragraph", "Leave is 25 days.¹"),
        ("footnote", "¹ Full time only."),
        ("paragraph", "in a box"),
        ("paragraph", "Ask early."),
        ("paragraph", "chosen"),
    ]
