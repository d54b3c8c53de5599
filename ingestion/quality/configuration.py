"""Other ways to rank that golden questions can be asked with, beside the one that answers."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from retrieval.search.searcher import Searcher
from retrieval.types import Found, Scope, Scores


class Order(StrEnum):
    """By which stage's score passages are ranked; each has seen what the stages before it found."""

    LIVE = "live"  # the last one, as people are answered
    KEYWORDS = "keywords"
    MEANING = "meaning"
    FUSED = "fused"  # before the fine stage


@dataclass(frozen=True, slots=True)
class Configuration:
    order: Order = Order.LIVE
    candidates: int | None = None  # as Searcher's; None: those of the settings

    @property
    def label(self) -> str:
        """ "live", "keywords", "candidates=20", "fused candidates=20": kept beside the figures."""
        parts = [self.order.value] if self.order is not Order.LIVE else []
        parts += [f"candidates={self.candidates}"] if self.candidates is not None else []
        return " ".join(parts) or Order.LIVE.value


LIVE: Final = Configuration()


@dataclass(frozen=True, slots=True)
class ConfiguredSearch:
    """The search that answers, with its passages ranked as the configuration wants."""

    searcher: Searcher
    configuration: Configuration

    def find(self, question: str, scope: Scope, *, limit: int) -> Found:
        """Raises: Invalid for a blank question."""
        wanted = self.configuration
        searcher = self.searcher
        if wanted.candidates is not None:
            searcher = replace(searcher, candidates=wanted.candidates)
        found = searcher.find(question, scope, limit=limit)
        if wanted.order is Order.LIVE:
            return found
        scored = [
            (score, passage)
            for passage in found.considered
            if (score := _score(passage.scores, wanted.order)) is not None
        ]
        best = [passage for _, passage in sorted(scored, key=lambda pair: -pair[0])]
        return replace(found, passages=tuple(best[:limit]))


def _score(scores: Scores, order: Order) -> float | None:
    match order:
        case Order.KEYWORDS:
            return scores.bm25
        case Order.MEANING:
            return scores.dense
        case _:
            return scores.fused
