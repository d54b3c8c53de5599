"""The walk over what a page draws."""

from pathlib import Path

import pypdfium2 as pdfium

from ingestion.parsing.pdf_drawn import Drawn, drawn_on
from ingestion.parsing.pdf_frame import frame_of
from ingestion.parsing.pdf_rulings import Rulings, rulings_of
from tests.ingestion.pdf_pages import FONT, text_at, write_pdf

RULE = "50 500 m 350 500 l S\n"
FORM = "<</Type/XObject/Subtype/Form/BBox[0 0 400 600]/Matrix[1 0 0 1 0 -100]%s/Length %d>>"
FORMS = "/XObject<</X %d 0 R>>"


def drawn_in(path: Path) -> tuple[Drawn, Rulings]:
    document = pdfium.PdfDocument(path)
    try:
        page = document[0]
        drawn = drawn_on(page, frame_of(page))
        return drawn, rulings_of(drawn)
    finally:
        document.close()


def form(content: str, inner: int | None = None) -> str:
    resources = f"/Resources<<{FORMS % inner}>>" if inner else ""
    return f"{FORM % (resources, len(content))}\nstream\n{content}\nendstream"


def test_text_is_passed_over_and_a_rule_is_found(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [text_at(50, 520, "words") * 50 + RULE])
    drawn, rulings = drawn_in(path)
    assert (len(drawn.paths), len(drawn.images), drawn.whole) == (1, 0, True)
    assert [round(rule.level) for rule in rulings.across] == [100]


def test_a_rule_in_a_drawing_within_a_drawing_is_where_people_see_it(tmp_path: Path) -> None:
    more = [form("/X Do", inner=6), form(RULE)]
    path = write_pdf(tmp_path / "nested.pdf", ["/X Do"], more=more)
    resources = f"/Resources<<{FORMS % 5}>>"
    path.write_bytes(path.read_bytes().replace(FONT.encode(), resources.encode()))
    drawn, rulings = drawn_in(path)
    assert drawn.whole
    assert [round(rule.level) for rule in rulings.across] == [300]  # 100 + twice 100


def test_a_map_of_too_many_lines_has_no_rules(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "map.pdf", [RULE * 20_001])
    drawn, rulings = drawn_in(path)
    assert not drawn.whole
    assert rulings == Rulings()
