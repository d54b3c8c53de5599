"""What is attached to a mail is read with it, within limits that count everything together."""

import io
import zipfile
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from docx import Document

from ingestion.parsing.items import OverLimit
from ingestion.parsing.limits import MIB, ParseLimits
from retrieval.types import BlockKind
from tests.ingestion.reading import blocks_of, texts_of

LIMITS = ParseLimits()


def mail(subject: str = "Plans", body: str = "See below.") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "ann@example.com", "b@example.com"
    message.set_content(body)
    return message


def attach(message: EmailMessage, name: str, content: bytes) -> EmailMessage:
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def saved(folder: Path, message: EmailMessage) -> Path:
    path = folder / "mail.eml"
    path.write_bytes(message.as_bytes())
    return path


def a_document(heading: str, text: str) -> bytes:
    document = Document()
    document.add_heading(heading, 1)
    document.add_paragraph(text)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def a_zip(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return content.getvalue()


def test_an_attachment_is_read_by_its_own_reader_below_its_name(tmp_path: Path) -> None:
    message = attach(mail(), "leave.docx", a_document("Paid leave", "It is 25 days."))
    attach(message, "prices.csv", b"item,price\ntea,3\n")
    blocks = blocks_of(saved(tmp_path, message))
    assert blocks[0].kind is BlockKind.TITLE
    found = {block.text: block for block in blocks}
    assert found["It is 25 days."].headings == ("leave.docx", "Paid leave")
    table = next(block for block in blocks if block.kind is BlockKind.TABLE)
    assert table.headings == ("prices.csv",)
    assert "Attachments: leave.docx, prices.csv" in found


def test_pages_of_an_attachment_are_not_those_of_the_mail(tmp_path: Path, files: Path) -> None:
    content = (files / "pdf_header_footer.pdf").read_bytes()
    blocks = blocks_of(saved(tmp_path, attach(mail(), "report.pdf", content)))
    inside = [block for block in blocks if block.headings[:1] == ("report.pdf",)]
    assert inside
    assert {block.page for block in blocks} == {None}
    assert not any(block.boxes for block in blocks)


def test_a_forwarded_mail_brings_its_own_attachments(tmp_path: Path) -> None:
    inner = attach(mail("Inner", "Forwarded words."), "note.txt", b"deep words")
    outer = mail()
    outer.add_attachment(inner)
    blocks = blocks_of(saved(tmp_path, outer))
    deep = next(block for block in blocks if block.text == "deep words")
    assert deep.headings == ("attachment 1.eml", "Inner", "note.txt")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tool.exe", b"MZ\x90\x00" + bytes(range(256))),
        ("broken.docx", b"PK\x03\x04" + bytes(200)),
        ("empty.txt", b""),
        ("broken.xlsx", a_zip(xl_workbook=b"<a", **{"xl/workbook_xml": b"no xml"})),
        ("locked.zip", b"PK\x05\x06" + bytes(18)),
    ],
)
def test_an_attachment_that_cannot_be_read_costs_the_mail_nothing(
    tmp_path: Path, name: str, content: bytes
) -> None:
    texts = texts_of(saved(tmp_path, attach(mail(), name, content)))
    assert texts[2:] == ["See below.", f"Attachments: {name} (not read)"]


def test_a_name_that_points_elsewhere_is_not_a_path(tmp_path: Path) -> None:
    name = "../../../../tmp/colophon_was_here.txt"
    texts = texts_of(saved(tmp_path, attach(mail(), name, b"harmless words")))
    assert texts[-1] == "harmless words"
    assert not Path("/tmp/colophon_was_here.txt").exists()


def test_the_files_of_an_attached_archive_are_read(tmp_path: Path) -> None:
    content = a_zip(one_txt=b"first words", two_md=b"# Second\n\nmore words")
    blocks = blocks_of(saved(tmp_path, attach(mail(), "papers.zip", content)))
    second = next(block for block in blocks if block.text == "more words")
    assert second.headings == ("papers.zip", "two.md", "Second")


def test_archives_in_archives_end_at_the_third(tmp_path: Path) -> None:
    content = a_zip(deep_txt=b"deep words")
    for _ in range(4):
        content = a_zip(inner_zip=content)
    texts = texts_of(saved(tmp_path, attach(mail(), "outer.zip", content)))
    assert "deep words" not in texts
    assert "Attachments: outer.zip (not read)" not in texts


def test_what_attachments_unpack_to_is_counted_together(tmp_path: Path) -> None:
    filling = bytes(range(256)) * 4_096
    content = a_zip(**{f"n{number}_txt": filling for number in range(4)})
    message = attach(attach(mail(), "a.zip", content), "b.zip", content)
    path = saved(tmp_path, message)
    with pytest.raises(OverLimit, match="is too large when unpacked: more than 6 MiB"):
        blocks_of(path, replace(LIMITS, unpacked_bytes=6 * MIB))


def test_files_in_files_are_counted_together(tmp_path: Path) -> None:
    content = a_zip(**{f"n{number}_txt": b"words" for number in range(20)})
    path = saved(tmp_path, attach(attach(mail(), "a.zip", content), "b.zip", content))
    with pytest.raises(OverLimit, match="files inside, which is too many"):
        blocks_of(path, replace(LIMITS, members=50))


def test_a_bomb_that_is_attached_is_refused_with_its_mail(tmp_path: Path, files: Path) -> None:
    bomb = (files / "bad_bomb.docx").read_bytes()
    with pytest.raises(OverLimit, match=r"plan\.docx is too large when unpacked"):
        blocks_of(saved(tmp_path, attach(mail(), "plan.docx", bomb)))


def test_a_table_in_a_mail_is_read_from_its_html(tmp_path: Path) -> None:
    message = mail(body="Item Price Tea 3")
    message.add_alternative(
        "<table><tr><th>Item</th><th>Price</th></tr><tr><td>Tea</td><td>3</td></tr></table>",
        subtype="html",
    )
    blocks = blocks_of(saved(tmp_path, message))
    assert blocks[-1].kind is BlockKind.TABLE
    assert "Item Price Tea 3" not in [block.text for block in blocks]
