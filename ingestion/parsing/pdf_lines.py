"""The lines of a PDF page with what their looks say: place, size and weight of their letters."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

_LINE_END: Final = (0x0A, 0x0D)
_HYPHENS: Final = (0x02, 0xFFFE)  # what pdfium puts for a hyphen at a line's end
_BOLD: Final = 600  # of a scale where 400 is regular
_FORCE_BOLD: Final = 1 << 18  # font descriptor flag of the PDF specification


@dataclass(frozen=True, slots=True)
class Line:
    """Lengths in points; y grows upwards, as in the PDF."""

    text: str
    page: int  # from 1
    left: float
    right: float
    bottom: float
    size: float  # font size of most of its letters, to half a point
    bold: bool
    height: float  # of the page
    broken: bool = False  # its last word goes on in the next line


def lines_of(page: pdfium.PdfPage, number: int) -> list[Line]:
    """In the order of the page's content, which is the reading order of nearly all programs."""
    textpage = page.get_textpage()
    try:
        codes = [raw.FPDFText_GetUnicode(textpage, i) for i in range(textpage.count_chars())]
        return [
            line
            for start, end in _spans(codes)
            if (line := _line(textpage, codes, (start, end), number, page.get_height()))
        ]
    finally:
        textpage.close()


def _spans(codes: list[int]) -> Iterator[tuple[int, int]]:
    """Half-open ranges of `codes` between line ends; a hyphen at the end belongs to its line."""
    start = 0
    for index, code in enumerate(codes):
        if code in _HYPHENS:  # pdfium leaves out the line end after it
            yield start, index + 1
            start = index + 1
        elif code in _LINE_END:
            if index > start:
                yield start, index
            start = index + 1
    if len(codes) > start:
        yield start, len(codes)


def _line(
    textpage: pdfium.PdfTextPage,
    codes: list[int],
    span: tuple[int, int],
    number: int,
    height: float,
) -> Line | None:
    inked = [i for i in range(*span) if not chr(codes[i]).isspace() and codes[i]]
    if not inked:
        return None
    broken = codes[inked[-1]] in _HYPHENS
    text = "".join(chr(codes[i]) for i in range(*span) if codes[i] not in (0, *_HYPHENS))
    left, bottom, _, _ = textpage.get_charbox(inked[0], loose=True)
    _, _, right, _ = textpage.get_charbox(inked[-1], loose=True)
    middle = inked[len(inked) // 2]
    size = round(raw.FPDFText_GetFontSize(textpage, middle) * _scale(textpage, middle) * 2) / 2
    return Line(
        _whole(text), number, left, right, bottom, size, _is_bold(textpage, middle), height, broken
    )


def _whole(text: str) -> str:
    """pdfium hands characters outside the BMP out as two surrogates."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip()


def _scale(textpage: pdfium.PdfTextPage, index: int) -> float:
    """Many programs write 1-point letters and enlarge them with the text matrix."""
    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(textpage, index, matrix):
        return 1.0
    return float((matrix.c**2 + matrix.d**2) ** 0.5) or 1.0


def _is_bold(textpage: pdfium.PdfTextPage, index: int) -> bool:
    if raw.FPDFText_GetFontWeight(textpage, index) >= _BOLD:
        return True
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(textpage, index, name, 128, flags)
    return bool(flags.value & _FORCE_BOLD) or b"bold" in name.value.lower()
