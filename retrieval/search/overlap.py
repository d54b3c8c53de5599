"""What a fine stage reads of a passage, and how much of the question stands in it."""

import re
from collections.abc import Callable, Iterator, Sequence, Set

from retrieval.text.language import content_terms, is_han
from retrieval.text.tokens import terms
from retrieval.text.variants import simplified
from retrieval.types import ChunkId, DocumentId, Passage

NAMES = 0.5  # of the weight of words is lost when no name of the question is there
# Inside of a sentence, or first and possessive. Fewer than six capitals are rather an abbreviation,
# DNA, GDP, VAT, unless a digit follows: Q3, R-1023-B.
_NAME = re.compile(
    r"(?:(?<=\s)|^(?=\w+['’]s\b))(?:[A-Z][a-z]{2,}\b|[A-Z]{6,}\b|[A-Z][A-Z-]*\d[\w-]*)"
)
_LATIN_IN_HAN = re.compile(r"[A-Za-z][A-Za-z0-9-]+")
_TITLE = re.compile("《([^》]{2,})》")
_FORM = "科技|股份|有限|责任|集团|公司|银行|大学|学院|医院"
# 苹果公司, 腾讯科技有限公司: the two characters before what every company is called.
_ORGANISATION = re.compile(
    f"(?!{_FORM})([\u4e00-\u9fff]{{2}})(?<![该本贵各某家此这个些])(?=(?:{_FORM})+)"
)


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
    names = {term for name in names_in(question) for term in terms(name)}
    named = _share(names, held) if names else 1.0
    return _share(asked, held) * (1 - NAMES + NAMES * named)


def names_in(question: str) -> list[str]:
    """Names and codes of the question, each once, in lower case."""
    if is_han(question):
        plain = simplified(question)
        found = [pattern.findall(plain) for pattern in (_LATIN_IN_HAN, _TITLE, _ORGANISATION)]
        written = [name for names in found for name in names]
    else:
        written = _NAME.findall(question)
    return list(dict.fromkeys(name.lower() for name in written if content_terms(name)))


def told_of(question: str, passages: Sequence[Passage]) -> dict[ChunkId, float]:
    """How much speaks for each passage that its document is about what the question names, 0 to 1.

    The share of the names that any of the document's passages here, its title or its file's name
    has: a report says whose it is on the first page and not again. It counts the more, the fewer
    documents the passages are of; where each is a document of its own, keywords know it already,
    and it is 0. Empty without names. Words are compared as written, for terms of all passages
    would take longer than the rest of fusion.
    """
    names = names_in(question)
    of_each: dict[DocumentId, list[Passage]] = {}
    for passage in passages:
        of_each.setdefault(passage.chunk.document, []).append(passage)
    if not names or len(of_each) == len(passages):
        return {}
    fewness = 1 - len(of_each) / len(passages)
    said = {document: _said(names, of_it) for document, of_it in of_each.items()}
    return {p.chunk.id: fewness * said[p.chunk.document] for p in passages}


def _said(names: Sequence[str], passages: Sequence[Passage]) -> float:
    """Share of the names that the passages, all of one document, have."""
    read: Callable[[str], str] = simplified if any(map(is_han, names)) else str
    left = set(names)
    for text in _texts(passages):
        plain = read(text).lower()
        left -= {name for name in left if _has(plain, name)}
        if not left:
            break
    return 1 - len(left) / len(names)


def _texts(passages: Sequence[Passage]) -> Iterator[str]:
    yield f"{passages[0].document_title}\n{passages[0].filename}"
    for passage in passages:
        yield f"{passage.chunk.breadcrumb}\n{passage.chunk.text}"


def _has(plain: str, name: str) -> bool:
    """Whether the name begins a word there: "apple" is in "apple's" and not in "pineapple"."""
    at = plain.find(name)
    while at > 0 and name[0].isascii() and plain[at - 1].isascii() and plain[at - 1].isalnum():
        at = plain.find(name, at + 1)
    return at >= 0


def _share(asked: Set[str], held: Set[str]) -> float:
    return len(asked & held) / len(asked) if asked else 0.0
