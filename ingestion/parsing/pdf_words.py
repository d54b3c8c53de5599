"""The words of a PDF page as pdfium finds them, each with its place."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from ingestion.parsing.pdf_frame import Area, Frame

_HYPHENS: Final = "\x02\ufffe"  # what pdfium puts for a hyphen at a line's end
_TOKEN: Final = re.compile(r"[^\s\x00]+")
_LINE: Final = re.compile(rf"[^\r\n{_HYPHENS}]*[{_HYPHENS}]|[^\r\n]+")
_RAISED: Final = re.compile(r"(?<=[^\W\d]|[.,;:)”\"’])\d{1,2}$")
_RAISED_FIRST: Final = re.compile(r"\d{1,2}(?=[^\W\d])")
_LEAST: Final = 0.3  # points high: what is lower cannot be seen
_SMALL: Final = 0.8  # of the letters before: below that a digit at a word's end is raised
_RAISE: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TELLING: Final = 3  # letters of a word that shows which way it lies


class Word(NamedTuple):
    text: str
    start: int  # of its letters in the page's characters
    area: Area
    broken: bool  # it goes on in the next line; the hyphen is left out
    turn: int = 0  # 1 where it reads down the page, 3 where up


def words_of(textpage: pdfium.PdfTextPage, frame: Frame) -> list[list[Word]]:
    """By the lines that pdfium sees, in the order of the page's content."""
    letters = _Letters(textpage.raw, frame)
    text = _text_of(textpage)
    return [list(letters.words(line.group(), line.start())) for line in _LINE.finditer(text)]


def turn_of(lines: list[list[Word]]) -> int:
    """Which way most of the letters lie: quarter turns clockwise."""
    letters: Counter[int] = Counter()
    words = list(chain.from_iterable(lines))
    if not any(word.turn for word in words):
        return 0
    for word in words:
        letters[word.turn] += len(word.text) if len(word.text) >= _TELLING else 0
    return letters.most_common(1)[0][0]


def raised(digits: str) -> str:
    return digits.translate(_RAISE)


def _text_of(textpage: pdfium.PdfTextPage) -> str:
    """One UTF-16 unit for each character of pdfium, so that its indexes hold."""
    count = textpage.count_chars()
    buffer = (ctypes.c_ushort * (2 * count + 2))()
    if raw.FPDFText_GetText(textpage, 0, count, buffer) == count + 1:
        units = buffer[:count]
    else:
        units = [raw.FPDFText_GetUnicode(textpage, index) & 0xFFFF for index in range(count)]
    return "".join(map(chr, units))


@dataclass(frozen=True, slots=True)
class _Letters:
    """`first` and `last` are used again for every word: allocation is what costs here."""

    textpage: raw.FPDF_TEXTPAGE
    frame: Frame
    first: raw.FS_RECTF = field(default_factory=raw.FS_RECTF)
    last: raw.FS_RECTF = field(default_factory=raw.FS_RECTF)

    def words(self, text: str, start: int) -> Iterator[Word]:
        for found in _TOKEN.finditer(text):
            token = found.group()
            first = start + found.start()
            letters = token.strip(_HYPHENS)
            if letters is not token:
                if not letters:
                    continue
                first += len(token) - len(token.lstrip(_HYPHENS))
            area, turn = self._place(first, first + len(letters) - 1)
            if not self._is_seen(area):
                continue
            marked = letters if letters.isalpha() else self._marked(letters, first)
            yield Word(marked, first, area, token[-1] in _HYPHENS, turn)

    def _place(self, first: int, last: int) -> tuple[Area, int]:
        box = self.first
        raw.FPDFText_GetLooseCharBox(self.textpage, first, box)
        left, bottom, right, top = box.left, box.bottom, box.right, box.top
        if last == first:
            return self.frame.area(left, bottom, right, top), 0
        raw.FPDFText_GetLooseCharBox(self.textpage, last, box)
        start, low, end, high = box.left, box.bottom, box.right, box.top
        area = self.frame.area(
            left if left < start else start,
            bottom if bottom < low else low,
            right if right > end else end,
            top if top > high else high,
        )
        if last - first + 1 < _TELLING or area.depth < area.width:
            return area, 0
        return area, _turn(self.frame, start + end - left - right, low + high - bottom - top)

    def _is_seen(self, area: Area) -> bool:
        """Whether a word is on the page at all; what has no height or a mad place is not."""
        across = area.right >= 0 and area.left <= self.frame.width
        down = area.bottom >= 0 and area.top <= self.frame.height
        return across and down and _LEAST <= area.depth <= self.frame.height + self.frame.width

    def _marked(self, letters: str, start: int) -> str:
        """Digits set high and small at a word's end or beginning, numbers of notes, as such."""
        found = _RAISED.search(letters)
        if found and self._is_raised(start + found.start(), start):
            return letters[: found.start()] + raised(found.group())
        found = _RAISED_FIRST.match(letters)
        if found and self._is_raised(start, start + found.end()):
            return raised(found.group()) + letters[found.end() :]
        return letters

    def _is_raised(self, digit: int, letter: int) -> bool:
        raw.FPDFText_GetLooseCharBox(self.textpage, digit, self.first)
        raw.FPDFText_GetLooseCharBox(self.textpage, letter, self.last)
        high, normal = self.first, self.last
        small = abs(high.top - high.bottom) < _SMALL * abs(normal.top - normal.bottom)
        return bool(small and high.bottom > normal.bottom)


def _turn(frame: Frame, right: float, up: float) -> int:
    """How a word lies whose last letter is `right` and `up` of its first one in the PDF."""
    across, down = frame.a * right + frame.c * up, frame.b * right + frame.d * up
    if abs(down) <= abs(across):
        return 0
    return 1 if down > 0 else 3
