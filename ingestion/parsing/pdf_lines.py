"""Runs of words of a page with what their looks say: place, size and weight of their letters."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from ingestion.parsing.outline import clean
from ingestion.parsing.pdf_frame import Area, Frame

_HYPHENS: Final = "\x02\ufffe"  # what pdfium puts for a hyphen at a line's end
_TOKEN: Final = re.compile(r"[^\s\x00]+")
_LINE: Final = re.compile(rf"[^\r\n{_HYPHENS}]*[{_HYPHENS}]|[^\r\n]+")
_FIGURE: Final = re.compile(r"[$€£¥₩%()\[\]\d.,\-–—−+*]+")
_WIDE: Final = 1.2  # of the letters' height: a gap that ends a run
_NARROW: Final = 0.35  # the same beside a number, because columns of numbers stand close
_APART: Final = 0.45  # of the letters' height: no longer the same baseline
_TELLING: Final = 3  # letters of a word that shows which way it lies
_BOLD: Final = 600  # of a scale where 400 is regular
_FORCE_BOLD: Final = 1 << 18  # font descriptor flag of the PDF specification
_RAISED: Final = re.compile(r"(?<=[^\W\d]|[.,;:)”\"’])\d{1,2}$")
_SMALL: Final = 0.8  # of the letters before: below that a digit at a word's end is raised
_RAISE: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


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

    @property
    def area(self) -> Area:
        return Area(self.left, self.top, self.right, self.bottom)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int  # of its letters in the page's characters
    area: Area
    broken: bool
    turn: int = 0  # 1 where it reads down the page, 3 where up


def lines_of(page: pdfium.PdfPage, number: int, frame: Frame) -> tuple[list[Line], Frame]:
    """In the order of the page's content; with the frame that they lie in, turned like the text."""
    textpage = page.get_textpage()
    try:
        text = _text_of(textpage)
        spans = _spans(textpage, text, frame)
        turn = _turn_of(spans)
        if turn:
            frame = frame.turned(turn)
            spans = _spans(textpage, text, frame)
        lines = [_line(textpage, run, number, frame) for words in spans for run in _runs(words)]
    finally:
        textpage.close()
    return [line for line in lines if line.text], frame


def _spans(textpage: pdfium.PdfTextPage, text: str, frame: Frame) -> list[list[_Word]]:
    found = _LINE.finditer(text)
    return [list(_words(textpage, line.group(), line.start(), frame)) for line in found]


def _turn_of(spans: list[list[_Word]]) -> int:
    """Of most of the letters."""
    letters: Counter[int] = Counter()
    for word in chain.from_iterable(spans):
        letters[word.turn] += len(word.text) if len(word.text) >= _TELLING else 0
    return letters.most_common(1)[0][0] if letters else 0


def _text_of(textpage: pdfium.PdfTextPage) -> str:
    """One UTF-16 unit for each character of pdfium, so that its indexes hold."""
    count = textpage.count_chars()
    buffer = (ctypes.c_ushort * (2 * count + 2))()
    if raw.FPDFText_GetText(textpage, 0, count, buffer) == count + 1:
        units = buffer[:count]
    else:
        units = [raw.FPDFText_GetUnicode(textpage, index) & 0xFFFF for index in range(count)]
    return "".join(map(chr, units))


def _words(textpage: pdfium.PdfTextPage, text: str, start: int, frame: Frame) -> Iterator[_Word]:
    for found in _TOKEN.finditer(text):
        broken = found.group()[-1] in _HYPHENS
        letters = found.group().strip(_HYPHENS)
        if not letters:
            continue
        first = start + found.start() + len(found.group()) - len(found.group().lstrip(_HYPHENS))
        last = first + len(letters) - 1
        area, turn = _place(textpage, first, frame), 0
        if last > first:
            end = _place(textpage, last, frame)
            turn = _turn(area, end) if len(letters) >= _TELLING else 0
            area = _around(area, end)
        yield _Word(_with_note(textpage, letters, first), first, area, broken, turn)


def _turn(first: Area, last: Area) -> int:
    """How a word lies, by its first and last letter: 0 across, 1 down, 3 up the page."""
    if abs(last.level - first.level) <= abs(last.middle - first.middle):
        return 0
    return 1 if last.level > first.level else 3


def _with_note(textpage: pdfium.PdfTextPage, letters: str, start: int) -> str:
    """Digits that are set high and small at a word's end, the number of a footnote, as such."""
    found = _RAISED.search(letters)
    if found is None:
        return letters
    before, raised = raw.FS_RECTF(), raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, start, before)
    raw.FPDFText_GetLooseCharBox(textpage, start + found.start(), raised)
    depth = abs(before.top - before.bottom)
    if abs(raised.top - raised.bottom) > _SMALL * depth or raised.bottom <= before.bottom:
        return letters
    return letters[: found.start()] + found.group().translate(_RAISE)


def _runs(words: Iterable[_Word]) -> Iterator[list[_Word]]:
    run: list[_Word] = []
    for word in words:
        if run and _is_apart(run[-1], word):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _is_apart(previous: _Word, word: _Word) -> bool:
    if previous.turn and word.turn:  # up the margin, as arXiv does
        return False
    one, other = previous.area, word.area
    letters = min(one.depth, other.depth)
    if abs(one.level - other.level) > _APART * max(one.depth, other.depth):
        return True
    gap = max(other.left - one.right, one.left - other.right)  # the second where one reads leftward
    if gap > _WIDE * letters:
        return True
    figures = _FIGURE.fullmatch(previous.text) or _FIGURE.fullmatch(word.text)
    return bool(figures) and gap > _NARROW * letters


def _line(textpage: pdfium.PdfTextPage, run: list[_Word], number: int, frame: Frame) -> Line:
    area = run[0].area
    for word in run[1:]:
        area = _around(area, word.area)
    longest = max(run, key=lambda word: len(word.text))
    index = longest.start + len(longest.text) // 2
    size = round(raw.FPDFText_GetFontSize(textpage, index) * _scale(textpage, index) * 2) / 2
    return Line(
        clean(_whole(" ".join(word.text for word in run))),
        number,
        round(area.left, 2),
        round(area.top, 2),
        round(area.right, 2),
        round(area.bottom, 2),
        size,
        _is_bold(textpage, index),
        frame.height,
        frame.width,
        run[-1].broken,
        frame.turn,
    )


def _place(textpage: pdfium.PdfTextPage, index: int, frame: Frame) -> Area:
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, index, box)
    return frame.area(box.left, box.bottom, box.right, box.top)


def _around(one: Area, other: Area) -> Area:
    return Area(
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )


def _whole(text: str) -> str:
    """pdfium hands characters outside the BMP out as two surrogates."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


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
