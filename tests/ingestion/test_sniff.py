import zipfile
from pathlib import Path

import pytest

from ingestion.parsing import media
from ingestion.parsing.sniff import sniff, sniff_inside
from retrieval.errors import Invalid, Unsupported


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("pdf_annotations.pdf", media.PDF),
        ("docx_tables.docx", media.DOCX),
        ("pptx_sample.pptx", media.PPTX),
        ("xlsx_title_table.xlsx", media.XLSX),
        ("html_rich_table.html", media.HTML),
        ("md_wiki_ibm.md", media.MARKDOWN),
        ("csv_semicolon.csv", media.CSV),
        ("csv_utf16.csv", media.CSV),
        ("eml_attachment.eml", media.EML),
        ("txt_zh_gbk.txt", media.PLAIN),
        ("txt_utf16le.txt", media.PLAIN),
        ("legacy.rtf", media.RTF),
        ("open.odt", media.ODT),
        ("msg_outlook.msg", media.MSG),
    ],
)
def test_a_file_is_what_its_content_and_name_agree_on(
    files: Path, name: str, media_type: str
) -> None:
    assert sniff(files / name, name) == media_type


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("pdf_annotations.pdf", media.PDF),
        ("docx_tables.docx", media.DOCX),
        ("html_rich_table.html", media.HTML),
        ("eml_attachment.eml", media.EML),
        ("txt_zh_gbk.txt", media.PLAIN),
    ],
)
def test_without_an_ending_the_content_decides(files: Path, name: str, media_type: str) -> None:
    assert sniff(files / name, "upload") == media_type


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("bad_html_named.pdf", "bad_html_named.pdf is not a PDF, .*web page"),
        ("bad_random.pdf", "bad_random.pdf is not a PDF"),
        ("txt_empty.txt", "txt_empty.txt is empty"),
        ("enc_xlsx.xlsx", "enc_xlsx.xlsx is encrypted with a password"),
        ("bad_truncated.docx", "bad_truncated.docx is damaged"),
        ("bad_no_document.docx", "bad_no_document.docx is damaged"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_a_sentence(
    files: Path, name: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        sniff(files / name, name)


def test_a_pdf_that_calls_itself_a_word_document_is_refused(files: Path) -> None:
    with pytest.raises(Invalid, match=r"plan.docx is not a Word document, .* is a PDF"):
        sniff(files / "pdf_annotations.pdf", "plan.docx")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jxl", b"\xff\x0a" + bytes(64)),
        ("tool.bin", bytes(range(256)) * 4),
        ("main.rs", b"fn main() {}\n"),
        ("things.zip", b"PK\x05\x06" + bytes(18)),
    ],
)
def test_an_unknown_format_is_unsupported(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unsupported, match=name):
        sniff(path, name)


@pytest.mark.parametrize(
    ("name", "head", "media_type"),
    [
        ("scan.png", b"\x89PNG\r\n\x1a\n", media.PNG),
        ("scan.jpg", b"\xff\xd8\xff\xe0", media.JPEG),
        ("fax.tif", b"II*\x00\x08", media.TIFF),
        ("fax.tiff", b"MM\x00*\x00", media.TIFF),
        ("photo.webp", b"RIFF\x00\x01\x00\x00WEBPVP8 ", media.WEBP),
        ("drawing.bmp", b"BM\x00\x01" + bytes(10) + b"\x28\x00\x00\x00", media.BMP),
        ("moving.gif", b"GIF89a", media.GIF),
        ("really-a-png.jpg", b"\x89PNG\r\n\x1a\n", media.PNG),
        ("bmw.txt", b"BMW makes cars in Munich, and has done so for a century.", media.PLAIN),
    ],
)
def test_pictures_are_told_by_their_first_bytes(
    tmp_path: Path, name: str, head: bytes, media_type: str
) -> None:
    path = tmp_path / name
    path.write_bytes(head + (b"" if media_type == media.PLAIN else bytes(64)))
    assert sniff(path, name) == media_type


def test_markup_in_a_text_file_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("<html> is the root element of a page.")
    assert sniff(path, "notes.txt") == media.PLAIN


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def an_ole_file(path: Path, *streams: str) -> Path:
    path.write_bytes(OLE + bytes(600) + b"".join(name.encode("utf-16-le") for name in streams))
    return path


def test_a_mark_across_two_reads_of_an_old_office_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "old.doc"
    filling = bytes(1024 * 1024 - len(OLE) - 7)
    path.write_bytes(OLE + filling + "WordDocument".encode("utf-16-le"))
    assert sniff(path, "old.doc") == media.DOC


def test_a_message_is_one_also_with_a_locked_workbook_attached(tmp_path: Path) -> None:
    path = an_ole_file(tmp_path / "mail", "__substg1.0_", "EncryptedPackage", "Workbook")
    assert sniff(path, "mail") == media.MSG


def test_an_old_text_with_a_table_of_excel_in_it_is_a_text(tmp_path: Path) -> None:
    path = an_ole_file(tmp_path / "old", "Workbook", "WordDocument")
    assert sniff(path, "old") == media.DOC
    assert sniff(path, "old.xls") == media.XLS


def test_a_web_page_that_a_program_exported_as_a_workbook_is_read_as_that(tmp_path: Path) -> None:
    path = tmp_path / "export.xls"
    path.write_text("<html><body><table><tr><td>1</td></tr></table></body></html>")
    assert sniff(path, "export.xls") == media.HTML


def test_a_zip_archive_is_read_where_it_is_attached_only(tmp_path: Path) -> None:
    path = tmp_path / "papers.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("note.txt", "words")
    assert sniff_inside(path, "papers.zip") == media.ZIP
    with pytest.raises(Unsupported, match=r"papers\.zip is a zip archive.*Colophon reads PDF"):
        sniff(path, "papers.zip")
