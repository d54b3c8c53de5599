"""What a fine stage reads of a passage, and how much of the question stands in it."""

from retrieval.text.tokens import terms
from retrieval.types import Passage


def shown(passage: Passage) -> str:
    """What a fine stage reads: the words that stand above the passage, then the passage."""
    above = passage.chunk.breadcrumb or passage.document_title
    return f"{above}\n{passage.chunk.text}" if above else passage.chunk.text


def shared_words(question: str, passage: Passage) -> float:
    """Share of the question's terms, 0 to 1, that the passage holds."""
    asked = set(terms(question))
    if not asked:
        return 0.0
    return len(asked & set(terms(shown(passage)))) / len(asked)
