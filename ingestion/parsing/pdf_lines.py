"""Runs of words of a page with what their looks say: place, size and weight of their letters."""

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from ingestion.parsing.outline import clean
from ingestion.parsing.pdf_frame import Area, Frame
from ingestion.parsing.pdf_words import Word, raised, turn_of, words_of

_FIGURE: Final = re.compile(r"[$€£¥₩%()\[\]\d.,\-–—−+*]+")
_WIDE: Final = 1.2  # of the letters' height: a gap that ends a run
_NARROW: Final = 0.35  # the same beside a number, because columns of numbers stand close
_APART: Final = 0.45  # of the letters' height: no longer the same baseline
_SMALL: Final = 0.8  # of the next word's height: a number before it is that of a note
_BOLD: Final = 600  # of a scale where 400 is regular
_FORCE_BOLD: Final = 1 << 18  # font descriptor flag of the PDF specification


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline without a wide gap; layout joins what stands beside each other.

    Lengths in points, or in pixels of a picture; the origin is the upper left corner of the page
    as people see it. `text` is clean: single spaces, nothing invisible.
    """

    text: str
    page: int  # from 1
    left: float
    top: float
    right: float
    bottom: float
    size: float  # font size of most of its letters, to half a point; of a picture, their height
    bold: bool
    height: float  # of the page
    width: float  # of the page
    broken: bool = False  # its last word goes on in the next line; the hyphen is left out
    turn: int = 0  # quarter turns clockwise of the page's text; lengths are then the text's

    pictured: bool = False  # in a picture on a page of text: a logo, a label, never a heading

    @property
    def area(self) -> Area:
        return Area(self.left, self.top, self.right, self.bottom)


def lines_of(
    page: pdfium.PdfPage, number: int, frame: Frame, upright: Sequence[Area] = ()
) -> tuple[list[Line], Frame]:
    """In the order of the page's content; with the frame that they lie in, turned like the text.

    `upright` are rules of the page as seen; words on both sides of one are of two lines.
    """
    textpage = page.get_textpage()
    try:
        found = words_of(textpage, frame)
        turn = turn_of(found)
        if turn:
            frame, upright = frame.turned(turn), ()
            found = words_of(textpage, frame)
        handle = textpage.raw
        lines = [
            _line(handle, run, number, frame)
            for words in found
            for run in _runs(words, _beside(words, upright))
        ]
    finally:
        textpage.close()
    return [line for line in lines if line.text], frame


def _beside(words: Sequence[Word], upright: Sequence[Area]) -> list[Area]:
    if len(words) < 2 or not upright:
        return []
    level = words[0].area.level
    return [rule for rule in upright if rule.top <= level <= rule.bottom]


def _runs(words: Sequence[Word], rules: Sequence[Area]) -> Iterator[list[Word]]:
    run: list[Word] = []
    for word in words:
        if run:
            before = run[-1]
            if before.text.isdigit() and _is_mark(before, word):
                run[-1] = before._replace(text=raised(before.text))
            elif _is_apart(before, word) or (rules and _is_parted(before, word, rules)):
                yield run
                run = []
        run.append(word)
    if run:
        yield run


def _is_mark(previous: Word, word: Word) -> bool:
    """Whether the number `previous` is that of a note, small and higher than its words."""
    one, other = previous.area, word.area
    if len(previous.text) > 2 or one.depth >= _SMALL * other.depth:
        return False
    return 0 <= other.left - one.right < other.depth and other.top - 1 <= one.top < other.level


def _is_parted(previous: Word, word: Word, rules: Sequence[Area]) -> bool:
    before, after = previous.area.right - 1, word.area.left + 1
    return any(before <= rule.left and rule.right <= after for rule in rules)


def _is_apart(previous: Word, word: Word) -> bool:
    if previous.turn and word.turn:  # up the margin, as arXiv does
        return False
    left, top, right, bottom = previous.area
    start, above, end, below = word.area
    low, high = bottom - top, below - above
    if low > high:
        low, high = high, low
    if abs(top + bottom - above - below) > 2 * _APART * high:
        return True
    gap = max(start - right, left - end)  # the second where one reads leftward
    if gap <= _NARROW * low:
        return False
    if gap > _WIDE * low:
        return True
    return bool(_FIGURE.fullmatch(previous.text) or _FIGURE.fullmatch(word.text))


def _line(textpage: raw.FPDF_TEXTPAGE, run: list[Word], number: int, frame: Frame) -> Line:
    longest = max(run, key=lambda word: len(word.text))
    index = longest.start + len(longest.text) // 2
    size = round(raw.FPDFText_GetFontSize(textpage, index) * _scale(textpage, index) * 2) / 2
    lefts, tops, rights, bottoms = zip(*[word.area for word in run], strict=True)
    return Line(
        clean(_whole(" ".join([word.text for word in run]))),
        number,
        round(min(lefts), 2),
        round(min(tops), 2),
        round(max(rights), 2),
        round(max(bottoms), 2),
        size,
        _is_bold(textpage, index),
        frame.height,
        frame.width,
        run[-1].broken,
        frame.turn,
    )


def _whole(text: str) -> str:
    """pdfium hands characters outside the BMP out as two surrogates."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _scale(textpage: raw.FPDF_TEXTPAGE, index: int) -> float:
    """Many programs write 1-point letters and enlarge them with the text matrix."""
    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(textpage, index, matrix):
        return 1.0
    return float((matrix.c**2 + matrix.d**2) ** 0.5) or 1.0


def _is_bold(textpage: raw.FPDF_TEXTPAGE, index: int) -> bool:
    if raw.FPDFText_GetFontWeight(textpage, index) >= _BOLD:
        return True
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(textpage, index, name, 128, flags)
    return bool(flags.value & _FORCE_BOLD) or b"bold" in name.value.lower()
