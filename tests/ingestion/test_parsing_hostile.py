"""Files that are broken, locked or made to do harm, and a child that is stopped."""

import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.parsing import media
from ingestion.parsing.errors import Unreadable
from ingestion.parsing.limits import MIB
from ingestion.parsing.parse import ParseLimits
from tests.ingestion.parsed import parse

LIMITS = ParseLimits()


def refusal(path: Path, media_type: str, limits: ParseLimits = LIMITS) -> str:
    with pytest.raises(Unreadable) as caught:
        parse(path, media_type, path.name, limits)
    return str(caught.value)


def a_pdf(path: Path, contents: Sequence[str]) -> Path:
    """One page for each of `contents`, which are the operators of its text."""
    kids = " ".join(f"{3 + 2 * i} 0 R" for i in range(len(contents)))
    font = "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]{font}/Contents %d 0 R>>"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(contents)}>>",
    ]
    for i, content in enumerate(contents):
        stream = f"BT /F 12 Tf 40 150 Td {content} ET"
        text = f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream"
        objects += [page % (4 + 2 * i), text]
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    entries = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{entries}"
    trailer = f"trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n"
    path.write_text(body + table + trailer)
    return path


@pytest.mark.parametrize(
    ("name", "media_type", "sentence"),
    [
        ("bad_truncated.pdf", media.PDF, "is damaged"),
        ("bad_truncated.docx", media.DOCX, "is damaged"),
        ("bad_no_document.docx", media.DOCX, "is damaged"),
        ("bad_html_named.pdf", media.PDF, "is damaged"),
        ("bad_bomb.docx", media.DOCX, "is too large when unpacked"),
        ("enc_user_password_1.pdf", media.PDF, "is encrypted with a password"),
        ("xlsx_empty.xlsx", media.XLSX, "has no text"),
        ("txt_whitespace.txt", media.PLAIN, "has no text"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    files: Path, name: str, media_type: str, sentence: str
) -> None:
    message = refusal(files / name, media_type)
    assert message.startswith(f"{name} {sentence}")
    assert message.endswith(".")
    assert "Traceback" not in message


def test_a_scan_is_told_from_a_damaged_file(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "scan.pdf", [""])
    assert "has no text in it" in refusal(path, media.PDF)
    off = replace(LIMITS, ocr="off")
    assert "has no text layer: its pages are pictures" in refusal(path, media.PDF, off)


def test_an_external_entity_is_not_read(files: Path) -> None:
    parsed = parse(files / "bad_xxe.docx", media.DOCX, "bad_xxe.docx", LIMITS)
    assert [block.text for block in parsed.blocks] == ["before after"]


def test_a_member_with_a_path_upwards_is_not_written(files: Path) -> None:
    name = "bad_zip_slip.docx"
    parsed = parse(files / name, media.DOCX, name, LIMITS)
    assert [block.text for block in parsed.blocks] == ["Zip slip sample body text"]
    assert not (Path(tempfile.gettempdir()) / "zip_slip_was_here.txt").exists()


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.docx"
    with zipfile.ZipFile(path, "w") as container:
        for number in range(20):
            container.writestr(f"word/{number}.xml", "")
    message = refusal(path, media.DOCX, replace(LIMITS, members=10))
    assert "holds 20 files inside" in message


def test_an_archive_far_larger_unpacked_is_refused_below_the_limit_too(tmp_path: Path) -> None:
    path = tmp_path / "ratio.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("xl/workbook.xml", bytes(20 * MIB))
    assert "200 times its size" in refusal(path, media.XLSX)


def test_more_pages_than_allowed_are_refused(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "long.pdf", ["(one) Tj", "(two) Tj"])
    assert "pages; at most 1 are read" in refusal(path, media.PDF, replace(LIMITS, pages=1))


def test_a_reader_that_takes_too_long_is_stopped(files: Path) -> None:
    limits = replace(LIMITS, seconds=0.01)
    assert "took longer than 0.01 seconds" in refusal(
        files / "docx_tables.docx", media.DOCX, limits
    )


def test_a_reader_that_wants_too_much_memory_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"all work and no play\n\n" * (8 * MIB))
    limits = replace(LIMITS, memory_bytes=400 * MIB)
    assert "needs more than 400 MiB of memory" in refusal(path, media.PLAIN, limits)


def test_progress_is_told_page_by_page(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = a_pdf(tmp_path / "two.pdf", ["(one.) Tj", "(two.) Tj"])
    parsed = parse(
        path, media.PDF, path.name, LIMITS, lambda done, total: seen.append((done, total))
    )
    assert seen == [(1, 2), (2, 2)]
    assert [(block.text, block.page) for block in parsed.blocks] == [("one.", 1), ("two.", 2)]


def test_nothing_is_left_behind_when_the_caller_gives_up(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def give_up(done: int, total: int) -> None:
        raise InterruptedError

    path = files / "pdf_header_footer.pdf"
    with pytest.raises(InterruptedError):
        parse(path, media.PDF, path.name, LIMITS, give_up)
    assert os.listdir(tmp_path) == []


def a_picture_pdf(path: Path, side: int) -> Path:
    """A PDF of one picture that says it is `side` pixels wide and high."""
    a_pdf(path, ["(x) Tj"])
    picture = (
        f"<</Type/XObject/Subtype/Image/Width {side}/Height {side}/ColorSpace/DeviceGray"
        "/BitsPerComponent 8/Length 4>>\nstream\nabcd\nendstream"
    )
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</XObject<</I 5 0 R>>>>"
    content = "q 300 0 0 300 0 0 cm /I Do Q"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"{page}/Contents 4 0 R>>",
        f"<</Length {len(content)}>>\nstream\n{content}\nendstream",
        picture,
    ]
    body = "%PDF-1.4\n"
    for number, text in enumerate(objects, 1):
        body += f"{number} 0 obj\n{text}\nendobj\n"
    path.write_text(body + f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\n%%EOF\n")
    return path


def test_a_pdf_of_a_giant_picture_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = a_picture_pdf(tmp_path / "giant.pdf", 50_000)
    message = refusal(path, media.PDF, replace(LIMITS, seconds=20, memory_bytes=600 * MIB))
    assert "holds a picture of 50000 by 50000 pixels; at most 100 million" in message


def test_a_picture_of_giant_size_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    )
    path = tmp_path / "giant.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    assert "has 50000 by 50000 pixels; at most 100 million" in refusal(path, media.PNG)


def test_a_picture_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "is damaged" in refusal(path, media.PNG)


def test_a_pdf_that_claims_a_million_pages_has_those_that_are_there(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "many.pdf", ["(only one) Tj"])
    path.write_text(path.read_text().replace("/Count 1", "/Count 1000000"))
    message = refusal(path, media.PDF, replace(LIMITS, seconds=30))
    assert "1000000 pages; at most 5000 are read" in message or "is damaged" in message


LAUGHS = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
LAUGHING = f'<!DOCTYPE lolz [<!ENTITY l0 "ha">{LAUGHS}]>'


def test_a_billion_laughs_in_a_word_document_are_not_laughed(files: Path, tmp_path: Path) -> None:
    path = tmp_path / "laughs.docx"
    with zipfile.ZipFile(files / "docx_tables.docx") as whole, zipfile.ZipFile(path, "w") as made:
        for member in whole.infolist():
            content = whole.read(member)
            if member.filename == "word/document.xml":
                text = content.decode()
                start = text.index("?>") + 2
                content = f"{text[:start]}{LAUGHING}{text[start:]}".replace(
                    "</w:body>", "<w:p><w:r><w:t>&l9;</w:t></w:r></w:p></w:body>"
                ).encode()
            made.writestr(member.filename, content)
    limits = replace(LIMITS, seconds=60, memory_bytes=800 * MIB)
    try:
        parsed = parse(path, media.DOCX, path.name, limits)
    except Unreadable:
        return
    assert all("haha" not in block.text for block in parsed.blocks)


def test_a_page_with_entities_and_a_definition_elsewhere_is_harmless(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        f'{LAUGHING}<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd">'
        '<html><body><p>plain words</p><img src="http://127.0.0.1:9/x.png">'
        '<svg><image href="file:///etc/passwd"/></svg>&l9;</body></html>'
    )
    parsed = parse(path, media.HTML, path.name, replace(LIMITS, seconds=60))
    assert "plain words" in " ".join(block.text for block in parsed.blocks)
    assert all("root:" not in block.text for block in parsed.blocks)
