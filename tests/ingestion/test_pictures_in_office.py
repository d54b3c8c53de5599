"""Pictures inside Word documents, slides and OpenDocument: read where they stand, few of them."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import docx
import numpy as np
from lxml import etree
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from pptx import Presentation
from pptx.util import Emu, Pt

from ingestion.parsing.items import Item
from ingestion.parsing.limits import ParseLimits
from ingestion.parsing.ocr.inserted import UNCUT, Crop, Inserted, embedded_in
from retrieval.types import BlockKind, Box
from tests.ingestion.reading import blocks_of, job_for, texts_of

RULE = "Visitors must sign the red book at the gate."
WIDE, HIGH = 900, 200


def a_picture(text: str = RULE, size: tuple[int, int] = (WIDE, HIGH)) -> io.BytesIO:
    page = Image.new("RGB", size, "white")
    font = ImageFont.load_default(32)
    ImageDraw.Draw(page).text((60, size[1] // 2 - 20), text, font=font, fill="black")
    content = io.BytesIO()
    page.save(content, "PNG")
    content.seek(0)
    return content


@dataclass(slots=True)
class Seen:
    """Reads nothing, but knows what it was shown."""

    sides: list[tuple[int, int]] = field(default_factory=list)  # height and width

    def items(self, picture: NDArray[np.uint8]) -> list[Item]:
        height, width = picture.shape[:2]
        self.sides.append((height, width))
        box = Box(1, width / 2, 0.0, float(width), float(height), 0, 4)
        return [Item(BlockKind.PARAGRAPH, "seen", page=1, boxes=(box,))]


def shown(tmp_path: Path, limits: ParseLimits | None = None) -> tuple[Inserted, Seen]:
    path = tmp_path / "around.txt"
    path.write_text("What stands around the pictures.")
    seen = Seen()
    return Inserted(job_for(path, limits), seen), seen


def a_letter(path: Path, fill: Callable[[docx.document.Document], object]) -> Path:
    letter = docx.Document()
    letter.add_heading("House rules", 1)
    letter.add_paragraph("What stands before.")
    fill(letter)
    letter.add_paragraph("What stands behind.")
    letter.save(str(path))
    return path


def test_a_scan_pasted_into_a_letter_is_read_where_it_stands(tmp_path: Path) -> None:
    path = a_letter(tmp_path / "letter.docx", lambda letter: letter.add_picture(a_picture()))
    blocks = blocks_of(path)
    assert [block.text for block in blocks] == [
        "House rules",
        "What stands before.",
        RULE,
        "What stands behind.",
    ]
    assert blocks[2].kind is BlockKind.PARAGRAPH
    assert blocks[2].page is None
    assert blocks[2].boxes == ()


def test_a_picture_does_not_hide_the_letter_around_it(tmp_path: Path) -> None:
    """A damaged one is passed over, and so are all where reading pictures is switched off."""
    path = a_letter(tmp_path / "letter.docx", lambda letter: letter.add_picture(a_picture()))
    torn = tmp_path / "torn.docx"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(torn, "w") as written:
        for name in whole.namelist():
            content = whole.read(name)
            written.writestr(name, content[:300] if name.endswith(".png") else content)
    around = ["House rules", "What stands before.", "What stands behind."]
    assert texts_of(torn) == around
    assert [b.text for b in blocks_of(path, ParseLimits(ocr="off"))] == around


def test_a_slide_that_is_one_picture_has_its_lines_and_their_places(tmp_path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_picture(a_picture(), Pt(100), Pt(50), Pt(450), Pt(100))
    path = tmp_path / "deck.pptx"
    deck.save(str(path))
    (block,) = blocks_of(path)
    (box,) = block.boxes
    assert (block.text, block.page, box.page) == (RULE, 1, 1)
    assert block.text[box.start : box.end] == RULE
    middle = 50 + 100 / 2
    assert 125 <= box.left <= 135
    assert middle - 15 < box.top < middle < box.bottom < middle + 15
    assert box.right < 100 + 450


def test_what_many_slides_show_is_their_design_and_not_read(tmp_path: Path) -> None:
    deck = Presentation()
    for number in range(3):
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        slide.shapes.add_picture(a_picture("Northwind Traders"), Emu(0), Emu(0))
        slide.shapes.add_textbox(Pt(10), Pt(300), Pt(200), Pt(40)).text_frame.text = f"No. {number}"
    path = tmp_path / "deck.pptx"
    deck.save(str(path))
    assert "Northwind Traders" not in texts_of(path)


def test_a_picture_in_an_opendocument_text_is_read_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "letter.odt"
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:text>'
        "<text:p>Before.</text:p><text:p><draw:frame>"
        '<draw:image xlink:href="Pictures/1.png"/></draw:frame></text:p><text:p>Behind.</text:p>'
        "</office:text></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        archive.writestr("Pictures/1.png", a_picture().read())
    assert texts_of(path) == ["Before.", RULE, "Behind."]


def test_a_picture_is_read_once_and_an_icon_never(tmp_path: Path) -> None:
    inserted, seen = shown(tmp_path)
    rule, icon = a_picture().read(), a_picture("i", (64, 64)).read()
    assert [len(inserted.items(one)) for one in (rule, rule, icon, b"no picture")] == [1, 0, 0, 0]
    assert seen.sides == [(HIGH, WIDE)]


def test_more_pictures_than_are_read_are_counted_at_the_end(tmp_path: Path) -> None:
    inserted, seen = shown(tmp_path)
    for number in range(63):
        inserted.items(a_picture(str(number), (200, 40)).read())
    assert len(seen.sides) == 60
    (said,) = inserted.rest()
    assert said.text == "3 more pictures of this document were not read."


def test_a_picture_with_more_pixels_than_allowed_is_passed_over(tmp_path: Path) -> None:
    inserted, seen = shown(tmp_path, ParseLimits(pixels=WIDE * HIGH - 1))
    assert inserted.items(a_picture().read()) == []
    assert seen.sides == []


def test_what_is_cut_away_from_a_picture_is_not_read(tmp_path: Path) -> None:
    """Boxes are shares of what is shown."""
    drawing = etree.fromstring(
        '<p xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<a:blip r:embed="rId7"/><a:srcRect l="50000" r="-20000" b="25%"/></p>'
    )
    assert list(embedded_in(drawing)) == [("rId7", Crop(left=0.5, bottom=0.25))]
    inserted, seen = shown(tmp_path)
    (item,) = inserted.items(a_picture().read(), Crop(left=0.5, bottom=0.25))
    assert seen.sides == [(HIGH * 3 // 4, WIDE // 2)]
    assert [(b.left, b.top, b.right, b.bottom) for b in item.boxes] == [(0.5, 0.0, 1.0, 1.0)]
    assert inserted.items(a_picture().read(), Crop(left=0.7, right=0.7)) == []
    assert len(inserted.items(a_picture().read(), UNCUT)) == 1
