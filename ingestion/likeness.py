"""A name that texts share when they say the same: how boilerplate is known across documents.

Equal means equal words and equal numbers. Case, width, spaces and punctuation do not count, nor do
page numbers and the one date of a long text (a form letter is printed every day). All other digits
do: rows of prices and short facts differ in nothing else.
"""

import re
import unicodedata
from hashlib import sha256
from typing import Final

# Below this a text is a fact, a row or a label. Two letters of Chinese weigh like a word.
LEAST_WORDS: Final = 30
_DATE: Final = re.compile(
    r"\d{4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?"
    r"|\b\d{4}-\d{1,2}-\d{1,2}\b"
    r"|\b\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?MONTH\s+\d{4}\b"
    r"|\bMONTH\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}\b".replace(
        "MONTH",
        r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?",
    )
)
_PAGE: Final = re.compile(
    r"\bpage\s+\d{1,5}(?:\s*(?:of|/)\s*\d{1,5})?\b"
    r"|第\s*\d{1,5}\s*页(?:\s*[,，/]?\s*共\s*\d{1,5}\s*页)?"
    r"|(?:(?<=\n)|^)\s*[-–—]\s*\d{1,5}\s*[-–—]\s*(?:(?=\n)|$)"
)
_TABLE_ROW: Final = re.compile(r"^\|.*\|\s*$", re.MULTILINE)
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_WIDE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def likeness_of(text: str) -> str:
    """32 hex digits; empty for tables and for texts too short to be told from facts."""
    if _TABLE_ROW.search(text):
        return ""
    folded = unicodedata.normalize("NFKC", text).casefold()
    without_pages = _PAGE.sub(" ", folded)
    if len(_DATE.findall(without_pages)) == 1:
        without_pages = _DATE.sub(" ", without_pages)
    words = _WORD.findall(without_pages)
    weight = sum(0.5 if _WIDE.match(word) else 1.0 for word in words)
    if weight < LEAST_WORDS:
        return ""
    return sha256(" ".join(words).encode()).hexdigest()[:32]
