"""How rare words are in several keyword indexes together, so that their scores compare.

A word is rare in a knowledge base that hardly treats its subject, and common in the one that does:
each index by itself would rank the former first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log

from retrieval.ports import Spread


def together(spreads: Iterable[Spread]) -> Spread:
    entries, having = 0, Counter[str]()
    for spread in spreads:
        entries += spread.entries
        having.update(spread.having)
    return Spread(entries, having)


def factors(here: Spread | None, everywhere: Spread | None) -> Mapping[str, float]:
    """By which a word's score in one index is multiplied to have the idf of all; none: by 1."""
    if here is None or everywhere is None:
        return {}
    return {
        key: _idf(everywhere.entries, everywhere.having.get(key, count)) / _idf(here.entries, count)
        for key, count in here.having.items()
        if count
    }


def _idf(entries: int, having: int) -> float:
    """Lucene's, never negative: Robertson and Zaragoza, "The Probabilistic Relevance Framework:
    BM25 and Beyond", 2009, with 1 added inside the logarithm.
    """
    return log(1 + max(0.5, entries - having + 0.5) / (having + 0.5))
