"""Tables, charts and boxes of Word, PowerPoint and Excel as they come out of their files."""

import zipfile
from pathlib import Path

from docx import Document
from docx.oxml import OxmlElement
from openpyxl import Workbook
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Pt

from retrieval.types import BlockKind
from tests.ingestion.reading import blocks_of, items_of, tables_of


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
