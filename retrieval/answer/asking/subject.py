"""What a question is about: the words it names first in Chinese, a title that it names in full."""

import re
import unicodedata
from collections.abc import Iterable

from retrieval.text.language import content_terms, phrases
from retrieval.text.variants import simplified

_BRACKETED = re.compile(r"\([^)]*\)")
_BLANK = re.compile(r"\s+")


def subject_share(question: str, texts: Iterable[str]) -> float:
    """How much of the Chinese question's first phrase one of the texts has, from its beginning.

    Names of Chinese things differ in a character or two (大沙东站, 大沙地站), which bigrams and
    cosines hardly see, and a question begins with the thing that it asks about.
    """
    spoken = phrases(_folded(question))
    if not spoken:
        return 1.0
    subject = spoken[0]
    return max((_shared(subject, _folded(text)) for text in texts), default=0) / len(subject)


def names_a_title(question: str, titles: Iterable[str]) -> bool:
    """Whether the question has all of a title: its characters side by side, or its words."""
    asked, words = _folded(question), frozenset(content_terms(question))
    for title in titles:
        whole = _folded(_BRACKETED.sub("", unicodedata.normalize("NFKC", title)))
        terms = frozenset(content_terms(title))
        if (len(whole) > 1 and whole in asked) or (terms and terms <= words):
            return True
    return False


def _folded(text: str) -> str:
    return _BLANK.sub("", simplified(unicodedata.normalize("NFKC", text)).lower())


def _shared(subject: str, text: str) -> int:
    length = len(subject)
    while length and subject[:length] not in text:
        length -= 1
    return length
