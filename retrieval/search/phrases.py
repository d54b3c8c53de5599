"""The fine order when there is no reranker: passages that say the question's words together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from retrieval.search.overlap import shared_words
from retrieval.text.language import FUNCTION_STEMS
from retrieval.text.tokens import terms
from retrieval.types import Passage

COMPARED = 30  # passages that are read again; more cost time and gain nothing
# Fitted by benchmarks/fit_ranking.py on training parts only, measured on the others: decision 0005.
# In units of the fused score, which counts standard deviations.
TOGETHER = 5.6  # every word stands right after the one it follows in the question
NEARBY = 1.7  # every word of meaning stands near the one it follows in the question
WINDOW = 8  # terms; Metzler and Croft take four for each of the two words

Pairs = Sequence[tuple[str, str]]
Positions = Mapping[str, Sequence[int]]  # term → where it stands, ascending


@dataclass(frozen=True, slots=True)
class Closeness:
    """Shares, 0 to 1, of the question's pairs of neighbouring words that a passage repeats."""

    together: float
    nearby: float


def by_phrases(question: str, passages: Sequence[Passage]) -> list[Passage]:
    """Best first: the first `COMPARED` in a new order, with `scores.rerank`; then the others.

    Adds to the fused score how many neighbours of the question stay neighbours in the passage, in
    the order of the question or near each other in any. As much as the words are there at all, as
    in fusion. Source: the sequential dependence model of Metzler and Croft, SIGIR 2005; with shares
    of pairs instead of language models. Ties keep their order.
    """
    read = passages[:COMPARED]
    if not read:
        return []
    shared = shared_words(question, max(read, key=lambda passage: passage.scores.bm25 or 0.0))
    scored = [
        replace(passage, scores=replace(passage.scores, rerank=_score(passage, shared, found)))
        for passage, found in zip(read, closeness(question, read), strict=True)
    ]
    ordered = sorted(scored, key=lambda passage: -(passage.scores.rerank or 0.0))
    return [*ordered, *passages[COMPARED:]]


def closeness(question: str, passages: Iterable[Passage]) -> list[Closeness]:
    """Of each passage, in their order."""
    asked = terms(question)
    neighbours = _pairs(asked)
    meant = _pairs(term for term in asked if term not in FUNCTION_STEMS)
    found = []
    for passage in passages:
        positions = _positions(passage.chunk.text)
        together = sum(_is_followed(positions, *pair) for pair in neighbours)
        nearby = sum(_is_near(positions, *pair) for pair in meant)
        found.append(Closeness(_share(together, neighbours), _share(nearby, meant)))
    return found


def _score(passage: Passage, shared: float, found: Closeness) -> float:
    return passage.scores.fused + shared * (TOGETHER * found.together + NEARBY * found.nearby)


def _pairs(asked: Iterable[str]) -> Pairs:
    return [pair for pair in dict.fromkeys(pairwise(asked)) if pair[0] != pair[1]]


def _share(count: int, pairs: Pairs) -> float:
    return count / len(pairs) if pairs else 0.0


def _positions(text: str) -> Positions:
    found = defaultdict(list)
    for position, term in enumerate(terms(text)):
        found[term].append(position)
    return found


def _is_followed(positions: Positions, first: str, second: str) -> bool:
    after = {position + 1 for position in positions.get(first, ())}
    return not after.isdisjoint(positions.get(second, ()))


def _is_near(positions: Positions, first: str, second: str) -> bool:
    ones, others = positions.get(first, ()), positions.get(second, ())
    one = other = 0
    while one < len(ones) and other < len(others):
        if abs(ones[one] - others[other]) < WINDOW:
            return True
        if ones[one] < others[other]:
            one += 1
        else:
            other += 1
    return False
