"""What a fine stage reads of a passage, and how much of the question stands in it."""

import re
from collections.abc import Set

from retrieval.text.language import content_terms
from retrieval.text.tokens import terms
from retrieval.types import Passage

NAMES = 0.7  # of the weight of words is lost when no name of the question is there
# Inside of a sentence. Fewer than six capitals are rather an abbreviation: DNA, GDP, VAT.
_NAME = re.compile(r"(?<=\s)(?:[A-Z][a-z]{2,}|[A-Z]{6,})\b")


def shown(passage: Passage) -> str:
    """What a fine stage reads: the words that stand above the passage, then the passage."""
    above = passage.chunk.breadcrumb or passage.document_title
    return f"{above}\n{passage.chunk.text}" if above else passage.chunk.text


def shared_words(question: str, passage: Passage) -> float:
    """Share of the question's terms, 0 to 1, that the passage holds."""
    return _share(set(terms(question)), set(terms(shown(passage))))


def shared_meaning(question: str, passage: Passage) -> float:
    """Share of the question's words of meaning, 0 to 1, that the passage holds; less without names.

    A passage with all the words of a question about one company is no good sign when it tells of
    another. Measured: decision 0005.
    """
    held = set(terms(shown(passage)))
    asked = set(content_terms(question)) or set(terms(question))
    names = {term for name in _NAME.findall(question) for term in content_terms(name)}
    named = _share(names, held) if names else 1.0
    return _share(asked, held) * (1 - NAMES + NAMES * named)


def _share(asked: Set[str], held: Set[str]) -> float:
    return len(asked & held) / len(asked) if asked else 0.0
