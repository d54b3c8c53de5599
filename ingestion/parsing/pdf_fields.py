"""What stands on a page beside its content: filled form fields, remarks of readers."""

import ctypes
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from ingestion.parsing.outline import clean
from ingestion.parsing.pdf_frame import Frame
from ingestion.parsing.pdf_lines import Line

_VALUES: Final = (
    raw.FPDF_FORMFIELD_TEXTFIELD,
    raw.FPDF_FORMFIELD_COMBOBOX,
    raw.FPDF_FORMFIELD_LISTBOX,
)
_CHOICES: Final = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)
_REMARKS: Final = (
    raw.FPDF_ANNOT_TEXT,
    raw.FPDF_ANNOT_HIGHLIGHT,
    raw.FPDF_ANNOT_UNDERLINE,
    raw.FPDF_ANNOT_SQUIGGLY,
    raw.FPDF_ANNOT_STRIKEOUT,
    raw.FPDF_ANNOT_INK,
    raw.FPDF_ANNOT_CARET,
)
_REMARK: Final = "※ "
_MOST: Final = 2_000  # of one page
_LONGEST: Final = 20_000  # bytes of one text
_USUAL_SIZE: Final = 10.0

Ask = Callable[[object, int], int]  # buffer, its bytes → bytes needed


@dataclass(frozen=True, slots=True)
class _Page:
    page: pdfium.PdfPage
    number: int
    frame: Frame
    size: float  # of most letters of the page


def beside_text(
    page: pdfium.PdfPage, number: int, frame: Frame, lines: Sequence[Line]
) -> tuple[list[Line], list[Line]]:
    """What belongs among `lines`, by its place, and what readers remarked on them."""
    count = min(raw.FPDFPage_GetAnnotCount(page), _MOST)
    if not count:
        return [], []
    sizes = Counter(line.size for line in lines).most_common(1)
    about = _Page(page, number, frame, sizes[0][0] if sizes else _USUAL_SIZE)
    found = [line for index in range(count) if (line := _line(about, index)) is not None]
    inline = [line for line in found if not line.text.startswith(_REMARK)]
    return inline, [line for line in found if line.text.startswith(_REMARK)]


def _line(about: _Page, index: int) -> Line | None:
    annotation = raw.FPDFPage_GetAnnot(about.page, index)
    if not annotation:
        return None
    try:
        text = clean(_text(about.page, annotation))
        return _placed(about, annotation, text) if text else None
    finally:
        raw.FPDFPage_CloseAnnot(annotation)


def _text(page: pdfium.PdfPage, annotation: raw.FPDF_ANNOTATION) -> str:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind == raw.FPDF_ANNOT_WIDGET:
        return _field(page.formenv, annotation) if page.formenv else ""
    contents = _said(
        lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size)
    )
    if kind == raw.FPDF_ANNOT_FREETEXT:
        return contents
    return _REMARK + contents if contents.strip() and kind in _REMARKS else ""


def _field(form: pdfium.PdfFormEnv, annotation: raw.FPDF_ANNOTATION) -> str:
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _CHOICES:
        return "☒" if raw.FPDFAnnot_IsChecked(form, annotation) else "☐"
    if kind not in _VALUES:
        return ""
    return _said(
        lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size)
    )


def _said(ask: Ask) -> str:
    size = min(ask(None, 0), _LONGEST)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    ask(buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").split("\0")[0].replace("\n", " ")


def _placed(about: _Page, annotation: raw.FPDF_ANNOTATION, text: str) -> Line:
    box = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, box)
    area = about.frame.area(box.left, box.bottom, box.right, box.top)
    half = min(area.depth, 1.2 * about.size) / 2
    return Line(
        text,
        about.number,
        area.left,
        area.level - half,
        area.right,
        area.level + half,
        about.size,
        bold=False,
        height=about.frame.height,
        width=about.frame.width,
        turn=about.frame.turn,
    )
