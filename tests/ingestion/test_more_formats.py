"""Saved pages, books, OpenDocument, RTF, reStructuredText and old Office, made by the tests."""

import stat
import zipfile
from pathlib import Path

import pytest

from ingestion.parsing import media
from ingestion.parsing.items import OverLimit, Refused
from ingestion.parsing.libreoffice import converted
from ingestion.parsing.readers.old_office import read_with
from ingestion.parsing.readers.xlsx import count_cells
from ingestion.parsing.sheets import MOST_CELLS, check_cells
from retrieval.types import BlockKind
from tests.ingestion.reading import blocks_of, items_of, job_for, texts_of

TRADITIONAL = "公司員工每年享有十五天帶薪年假，未休完的假期可以結轉到下一年度，但最多不超過五天。"
ODF = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0">'
    "<office:body>{}</office:body></office:document-content>"
)


def an_archive(path: Path, media_type: str, **members: str) -> Path:
    """Names of members have "__" for "/" and "_" for "."."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", media_type)
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def test_a_saved_web_page_is_read_without_its_pictures(tmp_path: Path) -> None:
    path = tmp_path / "page.mhtml"
    path.write_bytes(
        b"From: <Saved by Blink>\r\nSubject: Leave\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="B"\r\n\r\n'
        b"--B\r\nContent-Type: text/html; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<h1>Leave</h1><p>25 days, caf=C3=A9 included.</p>\r\n"
        b"--B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n"
        b"--B--\r\n"
    )
    assert texts_of(path) == ["Leave", "25 days, café included."]


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The Manual</dc:title>'
        '</metadata><manifest><item id="b" href="b%20c.xhtml" '
        'media-type="application/xhtml+xml"/><item id="a" href="a.xhtml" '
        'media-type="application/xhtml+xml"/><item id="n" href="nav.xhtml" properties="nav" '
        'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="n"/>'
        '<itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    path = an_archive(
        tmp_path / "book.epub",
        media.EPUB,
        **{
            "META-INF__container_xml": '<container><rootfile full-path="in/book.opf"/></container>',
            "in__book_opf": package,
            "in__a_xhtml": "<html><body><h1>First</h1><p>one</p></body></html>",
            "in__b c_xhtml": "<html><body><h1>Then</h1><p>two</p></body></html>",
            "in__nav_xhtml": "<html><body><p>contents</p></body></html>",
        },
    )
    blocks = blocks_of(path)
    assert [block.text for block in blocks] == ["The Manual", "First", "one", "Then", "two"]
    assert blocks[-1].headings == ("Then",)


def test_an_open_document_text_has_headings_lists_notes_and_no_comments(tmp_path: Path) -> None:
    body = (
        "<office:text><text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:p text:style-name="Title">The Handbook</text:p>'
        '<text:h text:outline-level="1">Leave</text:h>'
        "<text:p>It is 25<text:s/>days<text:note><text:note-body><text:p>Full time.</text:p>"
        "</text:note-body></text:note>.<office:annotation><text:p>really?</text:p>"
        "</office:annotation></text:p>"
        "<text:list><text:list-item><text:p>ask early</text:p></text:list-item></text:list>"
        "<table:table><table:table-header-rows><table:table-row>"
        "<table:table-cell><text:p>Region</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-spanned="2"><text:p>2024</text:p>'
        "</table:table-cell><table:covered-table-cell/></table:table-row><table:table-row>"
        "<table:table-cell/><table:table-cell><text:p>Q1</text:p></table:table-cell>"
        "<table:table-cell><text:p>Q2</text:p></table:table-cell></table:table-row>"
        "</table:table-header-rows><table:table-row><table:table-cell><text:p>North</text:p>"
        '</table:table-cell><table:table-cell table:number-columns-repeated="2"><text:p>1</text:p>'
        "</table:table-cell></table:table-row></table:table></office:text>"
    )
    path = an_archive(tmp_path / "book.odt", media.ODT, content_xml=ODF.format(body))
    blocks = blocks_of(path)
    assert [(block.kind.value, block.text) for block in blocks[:5]] == [
        ("title", "The Handbook"),
        ("heading", "Leave"),
        ("paragraph", "It is 25 days¹."),
        ("footnote", "¹ Full time."),
        ("list_item", "ask early"),
    ]
    assert blocks[5].text.splitlines()[::2] == [
        "| Region | 2024 Q1 | 2024 Q2 |",
        "| North | 1 | 1 |",
    ]


def test_an_open_document_workbook_counts_blank_cells_without_making_them(tmp_path: Path) -> None:
    def cell(text: str) -> str:
        return f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"

    rows = (
        f"<table:table-row>{cell('Team')}{cell('Head count')}<table:table-cell "
        'table:number-columns-repeated="16000"/></table:table-row>'
        f"<table:table-row>{cell('Research')}{cell('12')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
        f"</table:table-row><table:table-row>{cell('far down')}</table:table-row>"
    )
    sheet = f'<table:table table:name="Plan">{rows}</table:table>'
    body = f"<office:spreadsheet>{sheet}</office:spreadsheet>"
    path = an_archive(tmp_path / "plan.ods", media.ODS, content_xml=ODF.format(body))
    heading, table, note = blocks_of(path)
    assert (heading.text, table.sheet, table.cells) == ("Plan", "Plan", "A1:B2")
    assert table.text.splitlines()[-1] == "| Research | 12 |"
    assert (note.text, note.cells) == ("far down", "A1048003")


def test_slides_of_an_open_document_presentation_are_pages(tmp_path: Path) -> None:
    body = (
        "<office:presentation>"
        '<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>Plans</text:p>'
        "</draw:text-box></draw:frame></draw:page>"
        "<draw:page><draw:frame><draw:text-box><text:p>words</text:p></draw:text-box></draw:frame>"
        '<draw:frame presentation:class="page-number"><draw:text-box><text:p>2</text:p>'
        "</draw:text-box></draw:frame></draw:page></office:presentation>"
    )
    path = an_archive(tmp_path / "deck.odp", media.ODP, content_xml=ODF.format(body))
    found = [(block.kind.value, block.text, block.page) for block in blocks_of(path)]
    assert found == [("title", "Plans", 1), ("heading", "Slide 2", 2), ("paragraph", "words", 2)]


def test_a_locked_open_document_is_refused(tmp_path: Path) -> None:
    manifest = {"META-INF__manifest_xml": "<m><encryption-data/></m>"}
    path = an_archive(tmp_path / "book.odt", media.ODT, content_xml="x", **manifest)
    with pytest.raises(Refused, match="is encrypted with a password"):
        items_of(path)


def test_entities_of_an_open_document_are_not_looked_up(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do-not-tell")
    declared = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    text = ODF.format("<office:text><text:p>before &x; after</text:p></office:text>")
    path = an_archive(tmp_path / "book.odt", media.ODT, content_xml=declared + text)
    assert texts_of(path) == ["before after"]


def test_rtf_has_headings_tables_notes_and_chinese(tmp_path: Path) -> None:
    path = tmp_path / "old.rtf"
    path.write_bytes(
        rb"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}}"
        rb"{\stylesheet{\s1\outlinelevel0 heading 1;}}{\info{\title secret}}"
        rb"\pard\outlinelevel0\f0 Leave\par\pard It is \'b6\'fe\'ca\'ae days"
        rb"{\footnote\pard Full {\b time}.}.\par \bullet\tab ask early\par"
        rb"\trowd\cellx1\cellx2\intbl Item\cell Price\cell\row"
        rb"\trowd\cellx1\cellx2\intbl Tea\line green\cell 3\cell\row\pard after\par}"
    )
    found = [(item.kind.value, item.text) for item in items_of(path)]
    assert found == [
        ("heading", "Leave"),
        ("paragraph", "It is 二十 days¹."),
        ("footnote", "¹ Full time."),
        ("list_item", "•\task early".replace("\t", " ")),
        ("table", "| Item | Price |\n| --- | --- |\n| Tea green | 3 |"),
        ("paragraph", "after"),
    ]


def test_rst_includes_nothing_and_reads_what_other_programs_add(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do-not-tell")
    path = tmp_path / "manual.rst"
    path.write_text(
        f"The Manual\n==========\n\nSee :ref:`the plan <plan>`.\n\n.. include:: {secret}\n\n"
        ".. raw:: html\n\n   <p>do-not-tell</p>\n\n"
        f".. csv-table:: Far\n   :file: {secret}\n\n"
        ".. versionadded:: 2.1\n   A *new* thing.\n\n"
        ".. my-own:: x\n   :option: y\n\n   Kept words.\n\n"
        "Section\n-------\n\n.. list-table:: Prices (EUR)\n   :header-rows: 1\n\n"
        "   * - Item\n     - Price\n   * - Tea\n     - 3\n"
    )
    blocks = blocks_of(path)
    texts = [block.text for block in blocks]
    assert texts[:3] == ["The Manual", "See the plan.", "versionadded 2.1 A new thing."]
    assert "Kept words." in texts
    assert "do-not-tell" not in "".join(texts)
    caption, table = blocks[-2:]
    assert (caption.kind, caption.text) == (BlockKind.CAPTION, "Prices (EUR)")
    assert (table.headings, table.text.splitlines()[2]) == (("Section",), "| Tea | 3 |")


def test_big5_is_read_in_texts_tables_and_pages(tmp_path: Path) -> None:
    written = {
        "text.txt": TRADITIONAL,
        "table.csv": f"部門,說明\n研發,{TRADITIONAL}\n",
        "page.html": f'<meta charset="big5"><p>{TRADITIONAL}</p>',
    }
    for name, text in written.items():
        (tmp_path / name).write_bytes(text.encode("big5"))
        assert any(TRADITIONAL in text for text in texts_of(tmp_path / name)), name


def test_without_libreoffice_an_old_document_is_refused_with_a_sentence(
    tmp_path: Path, an_old_document: Path
) -> None:
    with pytest.raises(Refused, match=r"LibreOffice is not installed .* save the file as \.docx"):
        read_with(job_for(an_old_document), tmp_path / "no" / "soffice")


def test_with_libreoffice_an_old_document_is_read_as_the_new_one_that_it_makes(
    tmp_path: Path, an_old_document: Path, files: Path
) -> None:
    soffice = a_program(
        tmp_path / "soffice",
        f'while [ "$1" != --outdir ]; do shift; done\nmkdir -p "$2"\n'
        f'cp "{files / "docx_tables.docx"}" "$2/$(basename "$3" .doc).docx"',
    )
    texts = [item.text for item in read_with(job_for(an_old_document), soffice)]
    assert "Table with merged cells" in texts


def test_an_old_document_that_libreoffice_cannot_read_is_damaged(
    tmp_path: Path, an_old_document: Path
) -> None:
    with pytest.raises(Refused, match="is damaged or incomplete: LibreOffice could not read it"):
        converted(job_for(an_old_document), "docx", a_program(tmp_path / "soffice", "exit 1"))


def test_more_cells_than_can_be_read_are_counted_before_they_are(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    row = b"<row>" + b'<c r="A1"><v>1</v></c>' * 1_000 + b"</row>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", row * 150)
    assert count_cells(path) == 150_000
    job = job_for(path)
    check_cells(job, MOST_CELLS)
    with pytest.raises(OverLimit, match=r"large\.xlsx has more than 1,000,000 filled cells"):
        check_cells(job, MOST_CELLS + 1)


def test_a_table_of_text_with_too_many_cells_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.parsing.sheets.MOST_CELLS", 100)
    path = tmp_path / "large.csv"
    path.write_text("a,b\n" * 60)
    with pytest.raises(OverLimit, match="filled cells"):
        items_of(path)


def a_program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def an_old_document(tmp_path: Path) -> Path:
    path = tmp_path / "old.doc"
    mark = "WordDocument".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + mark)
    return path
