"""From recognised letters and the blank between them to words; arithmetic only.

The recogniser knows its letters but was trained on Chinese, where no spaces are written: of dense
English it leaves them out. What the model drops, the picture still shows: a space is a blank that
is clearly wider than the blanks between letters. Lengths are in pixels of the line's picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Widths of blanks in heights of the line's small letters, which are about half a font size.
_NARROWEST: Final = 0.26  # below that no blank is a space
_WIDEST: Final = 0.95  # above that every blank is one
_USUAL: Final = 0.36  # between the blanks of letters and of words in most fonts
_CLIPPED: Final = 1.2  # blanks of columns must not pull the mean up
_ENOUGH: Final = 8  # blanks, to tell the two kinds apart by themselves
_SPACE: Final = 0.33  # the least mean of spaces,
_TWOFOLD: Final = 2.2  # as many times the mean of the others,
_APART: Final = 1.15  # and the narrowest of them to the widest of the others
# The same for lines of Chinese, whose letters are as high as the font size.
_CHINESE_SPACE: Final = 0.27
_CHINESE_HALF: Final = 0.42  # a wide bracket brings at least so much blank along
_MOSTLY: Final = 0.2  # share of Chinese letters
_BAND: Final = 0.35  # of the ink of a dense row: rows with more are crossed by small letters
_OPENING: Final = {"（": "("}
_CLOSING: Final = {"）": ")"}
_NARROW: Final = {**_OPENING, **_CLOSING, "，": ",", "：": ":", "；": ";", "！": "!", "？": "?"}
_DOT: Final = "·"  # between the parts of a foreign name in Chinese
_WIDE_FORMS: Final = 0xFEE0  # from ASCII to its wide forms


@dataclass(frozen=True, slots=True)
class Letter:
    text: str
    place: float  # of its middle, from the left edge


@dataclass(frozen=True, slots=True)
class Blank:
    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Strip:
    """One line: what is written, and where nothing is."""

    letters: tuple[Letter, ...]
    blanks: tuple[Blank, ...]
    height: float  # of small letters

    @property
    def is_chinese(self) -> bool:
        wide = sum(_is_wide(letter.text) for letter in self.letters)
        return wide > _MOSTLY * max(1, len(self.letters))

    @property
    def widths(self) -> list[float]:
        """Of the blanks, in heights."""
        return [(blank.right - blank.left) / self.height for blank in self.blanks]


def blanks_of(ink: NDArray[np.uint8]) -> tuple[tuple[Blank, ...], float]:
    """Columns without ink between columns with some, and the height of small letters.

    `ink` is 1 where the line's picture, (height, width), is written on and 0 elsewhere.
    """
    written = np.flatnonzero(ink.any(axis=0))
    steps = np.flatnonzero(np.diff(written) > 1)
    blanks = tuple(Blank(float(written[i] + 1), float(written[i + 1])) for i in steps)
    rows = ink.sum(axis=1)
    band = np.flatnonzero(rows >= max(1.0, _BAND * float(np.percentile(rows, 90))))
    height = float(band[-1] - band[0] + 1) if len(band) else float(len(rows))
    return blanks, height


def spell(strips: Sequence[Strip]) -> list[str]:
    """The text of each strip. Short lines take the page's word for what a space is."""
    pool = [width for strip in strips if not strip.is_chinese for width in strip.widths]
    usual = _least_space(pool, _USUAL)
    return [_spelled(strip, usual) for strip in strips]


def _least_space(widths: Sequence[float], otherwise: float) -> float:
    """The width that parts blanks into letters' and words' best (Otsu 1979, on one dimension)."""
    if len(widths) < _ENOUGH:
        return otherwise
    ranked = np.sort(np.minimum(np.asarray(widths), _CLIPPED))
    below = np.arange(1, len(ranked))
    sums = np.cumsum(ranked)
    low, high = sums[:-1] / below, (sums[-1] - sums[:-1]) / (len(ranked) - below)
    spread = np.where(np.diff(ranked) > 0, below * (len(ranked) - below) * (high - low) ** 2, -1)
    cut = int(spread.argmax())
    if high[cut] < max(_SPACE, _TWOFOLD * low[cut]) or ranked[cut + 1] < _APART * ranked[cut]:
        return otherwise
    return float(np.clip((ranked[cut] + ranked[cut + 1]) / 2, _NARROWEST, _WIDEST))


def _spelled(strip: Strip, usual: float) -> str:
    least = _CHINESE_SPACE if strip.is_chinese else _least_space(strip.widths, usual)
    letters = [letter for letter in strip.letters if not letter.text.isspace()]
    text = ""
    for index, letter in enumerate(letters):
        before = letters[index - 1] if index else None
        after = letters[index + 1] if index + 1 < len(letters) else None
        gap = _width(strip, before, letter)
        written = _narrowed(letter, text[-1:], after, (gap, _width(strip, letter, after)))
        if gap > least and _parts(text[-1:], written):
            text += " "
        text += written
    return text


def _width(strip: Strip, one: Letter | None, other: Letter | None) -> float:
    """Of the widest blank between two letters, in heights; 0 at the ends of the line."""
    if one is None or other is None:
        return 0.0
    between = zip(strip.blanks, strip.widths, strict=True)
    return max((w for blank, w in between if one.place < blank.middle <= other.place), default=0.0)


def _narrowed(letter: Letter, before: str, after: Letter | None, gaps: tuple[float, float]) -> str:
    """Punctuation among Latin letters is narrow, although the recogniser likes the wide kind.

    `before` is what was written before it. A bracket beside a Chinese letter is as wide as the
    blank that it has on its outer side.
    """
    if "\uff10" <= letter.text <= "\uff5a" and letter.text.isalnum():
        return chr(ord(letter.text) - _WIDE_FORMS)
    narrow = _NARROW.get(letter.text)
    if narrow is None:
        return letter.text
    next_one = "" if after is None else _NARROW.get(after.text, after.text)
    if (before or next_one) and not _is_wide(before) and not _is_wide(next_one):
        return narrow
    opening, closing = letter.text in _OPENING, letter.text in _CLOSING
    edge, outer = (before, gaps[0]) if opening else (next_one, gaps[1])
    return narrow if (opening or closing) and edge and outer < _CHINESE_HALF else letter.text


def _parts(before: str, after: str) -> bool:
    """Whether a blank between the two is a space: never between Chinese letters or in a name."""
    if not before or (_is_wide(before) and _is_wide(after)):
        return False
    if _DOT in (before, after) and (_is_wide(before) or _is_wide(after)):
        return False
    return _is_letter(before) and _is_letter(after)


def _is_letter(text: str) -> bool:
    """Wide punctuation brings its blank along."""
    return not _is_wide(text) or text.isalpha()


def _is_wide(text: str) -> bool:
    return (
        "\u2e80" <= text <= "\u9fff" or "\uf900" <= text <= "\ufaff" or "\uff00" <= text <= "\uffef"
    )
