"""Scans and pictures: letters, spaces, which way up, and where each line stands."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from ingestion.parsing import media
from ingestion.parsing.errors import Unreadable
from ingestion.parsing.ocr.scanner import Scanner
from ingestion.parsing.parse import Parsed, ParseLimits
from ingestion.parsing.pdf_frame import Area
from retrieval.types import BlockKind
from tests.ingestion.parsed import parse

HERE = Path(__file__).parent
LIMITS = ParseLimits()
Read = Callable[[str], Parsed]
BAR = 0.03  # of the characters, spaces among them
SENTENCE = (
    "Docling bundles PDF document conversion to JSON and Markdown in an easy self contained package"
)
CHINESE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_BESIDE_CHINESE = re.compile(r"(?<=[\u2e80-\u9fff])\s|\s(?=[\u2e80-\u9fff])|\s(?=[(])|(?<=[)])\s")


def error_rate(expected: str, found: str) -> float:
    """Edits a character. Line ends count as spaces, spaces as characters."""
    wanted, got = (" ".join(text.split()) for text in (expected, found))
    return Levenshtein.distance(wanted, got) / len(wanted)


def chinese_error_rate(expected: str, found: str) -> float:
    """Wide punctuation equals narrow, and a space beside a Chinese character is none."""
    plain = [_BESIDE_CHINESE.sub("", unicodedata.normalize("NFKC", t)) for t in (expected, found)]
    return error_rate(*plain)


def words_of(parsed: Parsed) -> str:
    return "\n".join(block.text for block in parsed.blocks)


def scanned(path: Path, media_type: str = media.PDF, limits: ParseLimits = LIMITS) -> Parsed:
    return parse(path, media_type, path.name, limits)


def page_picture(path: Path, page: int = 0, dots: int = 150) -> Image.Image:
    document = pdfium.PdfDocument(path)
    try:
        picture = document[page].render(scale=dots / 72).to_pil()
    finally:
        document.close()
    return picture.convert("RGB")


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner.load()


def read_by(scanner: Scanner, picture: Image.Image) -> str:
    array = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
    return "\n".join(line.text for line in scanner.read(array).lines)


def test_a_page_of_dense_text_keeps_its_spaces(read: Read) -> None:
    parsed = read("scan_lorem_page.pdf")
    expected = (HERE / "scans" / "scan_lorem_page.txt").read_text()
    assert error_rate(expected, words_of(parsed)) <= BAR / 10
    assert len(parsed.blocks) == 5  # its paragraphs


def test_each_line_of_a_scan_has_a_box_on_its_page(read: Read) -> None:
    first = read("scan_lorem_page.pdf").blocks[0]
    assert len(first.boxes) == 7
    assert [first.text[box.start : box.end].split()[0] for box in first.boxes[:3]] == [
        "Lorem",
        "molestie",
        "erat",
    ]
    box = first.boxes[1]  # as the page shows it: 612 by 792 points
    assert 65 <= box.left <= 75 < 535 <= box.right <= 545
    assert 88 <= box.top <= 93 < 99 <= box.bottom <= 106


@pytest.mark.parametrize("name", ["scan_sentence.pdf", "scan_sentence_rot90.pdf"])
def test_a_scan_is_read_whichever_way_it_lies(read: Read, name: str) -> None:
    assert words_of(read(name)) == SENTENCE


def test_a_table_in_a_scan_stays_a_table(read: Read) -> None:
    tables = [b for b in read("scan_table.pdf").blocks if b.kind is BlockKind.TABLE]
    rows = [row.strip("| ").split(" | ") for row in tables[0].text.splitlines()]
    assert rows[0] == [
        "Disability Category",
        "Participants",
        "Ballots Completed",
        "Ballots Incomplete/ Terminated",
        "Results Accuracy",
        "Results Time to complete",
    ]
    assert rows[3] == ["Low Vision", "5", "2", "3", "98.3% n=2", "1716 sec, n=3"]


def test_text_in_a_picture_on_a_page_with_text_is_read_too(read: Read) -> None:
    text = words_of(read("scan_mixed_zh.pdf"))
    assert "我是文字" in text
    assert "横向文本框" in text
    assert "English text" in text


@pytest.fixture(scope="module")
def paragraph(files: Path) -> tuple[Image.Image, str]:
    """The first of the dense page at 150 dots an inch, and its words."""
    page = page_picture(files / "scan_lorem_page.pdf")
    lines = (HERE / "scans" / "scan_lorem_page.txt").read_text().splitlines()
    return page.crop((0, 0, page.width, round(0.24 * page.height))), "\n".join(lines[:7])


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_pictures_of_pages_are_turned(
    paragraph: tuple[Image.Image, str], quarters: int, scanner: Scanner
) -> None:
    picture, expected = paragraph
    turned = picture.transpose(getattr(Image.Transpose, f"ROTATE_{quarters * 90}"))
    assert error_rate(expected, read_by(scanner, turned)) <= BAR


def test_what_the_text_of_a_page_says_is_not_read_again(
    paragraph: tuple[Image.Image, str], scanner: Scanner
) -> None:
    picture, expected = paragraph
    array = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
    lines = scanner.read_rest(array, []).lines
    known = [Area(line.left, line.top, line.right, line.bottom) for line in lines[:5]]
    rest = scanner.read_rest(array, known).lines
    assert [line.text for line in rest] == expected.splitlines()[5:]


def noisy(page: Image.Image) -> Image.Image:
    """Out of focus, grey, speckled, and saved small."""
    grain = np.random.default_rng(7).normal(0, 14, (page.height, page.width, 1))
    blurred = cv2.GaussianBlur(np.asarray(page), (0, 0), 0.8).astype(np.float32)
    dirty = np.clip(blurred * 0.9 + 18 + grain, 0, 255).astype(np.uint8)
    packed = cv2.imencode(".jpg", dirty, [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
    return Image.fromarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))


def askew(page: Image.Image) -> Image.Image:
    return page.rotate(1.5, resample=Image.Resampling.BILINEAR, fillcolor="white")


@pytest.mark.parametrize("spoil", [noisy, askew])
def test_a_bad_copy_is_read(
    paragraph: tuple[Image.Image, str],
    scanner: Scanner,
    spoil: Callable[[Image.Image], Image.Image],
) -> None:
    picture, expected = paragraph
    assert error_rate(expected, read_by(scanner, spoil(picture))) <= BAR


def test_chinese_is_read(files: Path, scanner: Scanner) -> None:
    expected = (files / "txt_zh_utf16.txt").read_text(encoding="utf-16")[:200]
    page = drawn(expected)
    assert chinese_error_rate(expected, read_by(scanner, page)) <= BAR


def drawn(text: str) -> Image.Image:
    """Black on white, 30 pixels high, 34 letters a line."""
    font = ImageFont.truetype(str(CHINESE), 30, index=2)
    lines = [part[i : i + 34] for part in text.splitlines() for i in range(0, len(part), 34)]
    page = Image.new("RGB", (1240, 80 + 46 * len(lines)), "white")
    pen = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        pen.text((60, 40 + 46 * number), line, font=font, fill="black")
    return page


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("png", media.PNG),
        ("jpg", media.JPEG),
        ("tiff", media.TIFF),
        ("webp", media.WEBP),
        ("bmp", media.BMP),
        ("gif", media.GIF),
    ],
)
def test_a_picture_is_a_document(files: Path, tmp_path: Path, suffix: str, media_type: str) -> None:
    path = tmp_path / f"scan.{suffix}"
    picture = page_picture(files / "scan_sentence.pdf", dots=100)
    picture.save(path)
    block = scanned(path, media_type).blocks[0]
    assert block.text == SENTENCE
    box = block.boxes[0]
    assert box.right <= picture.width
    assert 0.1 * picture.width < box.left < 0.15 * picture.width  # pixels of the picture


def test_each_frame_of_a_fax_is_a_page(files: Path, tmp_path: Path) -> None:
    page = page_picture(files / "scan_sentence.pdf", dots=100).convert("1")
    path = tmp_path / "fax.tif"
    page.save(path, save_all=True, append_images=[page], compression="group4")
    seen: list[tuple[int, int]] = []
    parsed = parse(path, media.TIFF, path.name, LIMITS, lambda a, b: seen.append((a, b)))
    assert words_of(parsed) == f"{SENTENCE} {SENTENCE}"  # which goes on overleaf
    assert [box.page for box in parsed.blocks[0].boxes] == [1, 1, 1, 2, 2, 2]
    assert seen == [(1, 2), (2, 2)]


def test_a_photograph_is_turned_as_the_camera_noted(files: Path, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    page = page_picture(files / "scan_sentence.pdf", dots=100)
    noted = Image.Exif()
    noted[0x0112] = 6  # to be turned clockwise to be seen upright
    page.transpose(Image.Transpose.ROTATE_90).save(path, exif=noted)
    box = scanned(path, media.JPEG).blocks[0].boxes[0]
    assert box.bottom < 0.15 * page.height


@pytest.mark.parametrize("name", ["scan_sentence.pdf", "scan_sentence.png"])
def test_reading_pictures_can_be_switched_off(files: Path, tmp_path: Path, name: str) -> None:
    path = files / name
    if name.endswith("png"):
        path = tmp_path / name
        page_picture(files / "scan_sentence.pdf", dots=50).save(path)
    off = replace(LIMITS, ocr="off")
    kind = media.PNG if name.endswith("png") else media.PDF
    with pytest.raises(Unreadable, match="is switched off"):
        scanned(path, kind, off)


def test_too_many_scanned_pages_are_refused(files: Path, tmp_path: Path) -> None:
    page = page_picture(files / "scan_sentence.pdf", dots=50)
    path = tmp_path / "long.tif"
    page.save(path, save_all=True, append_images=[page] * 3)
    with pytest.raises(Unreadable, match="has 4 scanned pages; at most 3 are read"):
        scanned(path, media.TIFF, replace(LIMITS, scanned_pages=3))
