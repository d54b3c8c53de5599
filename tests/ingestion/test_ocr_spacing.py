"""Spaces out of the blanks of a line: arithmetic, without a model."""

import numpy as np
import pytest

from ingestion.parsing.ocr.spacing import Blank, Letter, Strip, blanks_of, spell

WIDE = 20.0  # of a letter and the blank after it


def a_strip(text: str, *, blank: float = 3.0, space: float = 12.0, height: float = 20.0) -> Strip:
    """`text` as printed; the recogniser is given no space."""
    letters, blanks, x = [], [], 0.0
    for index, letter in enumerate(text):
        if letter == " ":
            blanks[-1] = Blank(blanks[-1].left, blanks[-1].left + space)
            x = blanks[-1].right
            continue
        letters.append(Letter(letter, x + WIDE / 2))
        x += WIDE
        if index + 1 < len(text):
            blanks.append(Blank(x, x + blank))
            x += blank
    return Strip(tuple(letters), tuple(blanks), height)


@pytest.mark.parametrize(
    ("blank", "space"),
    [(2.0, 7.0), (3.0, 12.0), (1.0, 30.0), (8.0, 28.0)],
    ids=["narrow", "usual", "justified", "typewriter"],
)
def test_words_are_parted_where_the_blank_is_wide(blank: float, space: float) -> None:
    text = "the quick brown fox jumps over the lazy dog"
    assert spell([a_strip(text, blank=blank, space=space)]) == [text]


def test_a_single_word_is_not_torn() -> None:
    page = [a_strip("a line that says what a space is"), a_strip("indivisible")]
    assert spell(page)[1] == "indivisible"


def test_no_space_stands_between_chinese_letters() -> None:
    assert spell([a_strip("公司 员工 手册", height=20)]) == ["公司员工手册"]


def test_wide_punctuation_among_latin_letters_is_narrow() -> None:
    assert spell([a_strip("a（b），c")]) == ["a(b),c"]
    assert spell([a_strip("公司，员工")]) == ["公司，员工"]


def test_wide_digits_are_digits() -> None:
    assert spell([a_strip("\uff15")]) == ["5"]


def test_blanks_are_columns_without_ink() -> None:
    ink = np.zeros((10, 12), np.uint8)
    ink[3:8, [1, 2, 6, 7, 11]] = 1
    blanks, height = blanks_of(ink)
    assert blanks == (Blank(3, 6), Blank(8, 11))
    assert height == 5
