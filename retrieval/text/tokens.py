"""Text → terms of the keyword index. Documents and questions go through the same function."""

import re
import unicodedata
from functools import lru_cache

import Stemmer

from retrieval.text.variants import simplified

REMEMBERED = 50_000  # words with their stems, about 10 MB
LONGEST_TERM = 64  # characters; a longer run is encoded data, not a word

# Scripts that are written without spaces: Han, kana and Hangul.
_CJK = "々〇぀-ヿ㐀-䶿一-鿿가-힣豈-﫿\U00020000-\U0003ffff"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_WORD = re.compile(f"(?:(?![{_CJK}])[^\\W_])+")
_LATIN_WORD = re.compile("[a-z]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")

_DIGIT = re.compile(r"\d")
# Possessive, and only from the start of a word: a long run of letters costs its length, no more.
_PART = f"(?:(?![{_CJK}])[^\\W_])++"
_START = f"(?:(?<![^\\W_])|(?<=[{_CJK}]))"
# R-1023-B, 2024-09-30, 10.1.2, GB/T: parts that belong together …
_JOINED = re.compile(f"{_START}{_PART}(?:[-/._:]{_PART})+")
# … and standards as they are written, with a space: GB/T 5972, ISO 9001.
_STANDARD = re.compile(rf"\b[A-Z]{{2,6}}(?:/[A-Z]{{1,3}})? \d{{2,}}(?:[-./]{_PART})*")

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[-/_](?=\d)")
_BESIDE_A_LETTER = re.compile(r"(?<=[^\W\d_])[-/_: ]|[-/_: ](?=[^\W\d_])")


def terms(text: str) -> list[str]:
    """NFKC, simplified, lower case, English stems, CJK bigrams or a lone character, codes whole.

    A code is kept whole besides its parts, in one spelling: `R-1023-B` and `r1023b` share
    `r1023b`, `2024/09/30` and `2024-09-30` share `2024-09-30`. Order is that of the text, with
    the codes last. Thread safe. Bigrams: Kwok, JASIS 50(8), 1999; measured in decision 0005.
    """
    normal = _THOUSANDS.sub("", simplified(unicodedata.normalize("NFKC", text)))
    lower = _POSSESSIVE.sub("", normal.lower())
    found = [*_words(lower), *_bigrams(lower), *_codes(normal)]
    return [term[:LONGEST_TERM] for term in found]


def _words(lower: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(lower)]


@lru_cache(maxsize=REMEMBERED)
def _stem(word: str) -> str:
    if _LATIN_WORD.fullmatch(word) is None:
        return word
    # A stemmer is cheap to make and must not be shared between threads.
    stem: str = Stemmer.Stemmer("english").stemWord(word)
    return stem


def _bigrams(lower: str) -> list[str]:
    found: list[str] = []
    for run in _CJK_RUN.findall(lower):
        if len(run) == 1:
            found.append(run)
        else:
            found.extend(run[start : start + 2] for start in range(len(run) - 1))
    return found


def _codes(normal: str) -> list[str]:
    """Joined parts with a digit among them; `normal` keeps its case, which marks a standard."""
    # Only where a digit stands: to look at every word would take half of the time of `terms`.
    numbered = [run for run in normal.split() if _DIGIT.search(run)]
    joined = [match for run in numbered for match in _JOINED.findall(run)]
    whole = [match for match in joined if _DIGIT.search(match)]
    return [_one_spelling(match) for match in [*whole, *_STANDARD.findall(normal)]]


def _one_spelling(code: str) -> str:
    """Separators stay between digits, as a hyphen, and go beside letters."""
    return _BESIDE_A_LETTER.sub("", _BETWEEN_DIGITS.sub("-", code.lower()))
