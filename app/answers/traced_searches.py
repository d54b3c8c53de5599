"""What a search knew of each passage, as the page that explains shows it."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from app.answers.passages_view import passage_out
from app.shapes.explaining import (
    RanksOut,
    SearchTraceOut,
    StageSecondsOut,
    TracedPassageOut,
)
from retrieval.answer.asking.inquiry import Finder
from retrieval.search.overlap import shown
from retrieval.text.tokens import terms
from retrieval.types import ChunkId, Found, Passage, Scope, Scores

SHOWN = 20  # ranks of each stage


@dataclass(frozen=True, slots=True)
class Searched:
    question: str
    found: Found


@dataclass(frozen=True, slots=True)
class ListeningFinder:
    """The finder that answers use, which also keeps what it found."""

    finder: Finder
    searches: list[Searched] = field(default_factory=list)

    def find(self, question: str, scope: Scope, *, limit: int) -> Found:
        """Raises: Invalid."""
        found = self.finder.find(question, scope, limit=limit)
        self.searches.append(Searched(question, found))
        return found


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of passages after the search."""

    read: Set[ChunkId]
    given: Set[ChunkId]
    cited: Mapping[ChunkId, Sequence[int]]


def search_trace_out(searched: Searched, fate: Fate) -> SearchTraceOut:
    found, asked = searched.found, list(dict.fromkeys(terms(searched.question)))
    considered = found.considered or found.passages
    ranks = _ranks(considered)
    return SearchTraceOut(
        question=searched.question,
        terms=asked,
        degraded=found.degraded,
        considered=len(considered),
        passages=[
            _passage_out(passage, ranks[passage.chunk.id], asked, fate)
            for passage in considered
            if _is_near_a_top(ranks[passage.chunk.id]) or passage.chunk.id in fate.read
        ],
        seconds=[
            StageSecondsOut(stage=stage, seconds=seconds)
            for stage, seconds in found.seconds.items()
        ],
    )


def _passage_out(
    passage: Passage, ranks: RanksOut, asked: Sequence[str], fate: Fate
) -> TracedPassageOut:
    offered = set(terms(shown(passage)))
    chunk = passage.chunk.id
    return TracedPassageOut(
        passage=passage_out(passage),
        ranks=ranks,
        terms=[term for term in asked if term in offered],
        read=chunk in fate.read,
        given=chunk in fate.given,
        cited=sorted(fate.cited.get(chunk, ())),
    )


def _ranks(considered: Sequence[Passage]) -> dict[ChunkId, RanksOut]:
    bm25 = _places(considered, lambda scores: scores.bm25)
    dense = _places(considered, lambda scores: scores.dense)
    fused = _places(considered, lambda scores: scores.fused)
    return {
        passage.chunk.id: RanksOut(
            bm25=bm25.get(passage.chunk.id),
            dense=dense.get(passage.chunk.id),
            fused=fused.get(passage.chunk.id),
            final=place,
        )
        for place, passage in enumerate(considered, start=1)
    }


def _places(
    passages: Sequence[Passage], score_of: Callable[[Scores], float | None]
) -> dict[ChunkId, int]:
    scored = [(score, p.chunk.id) for p in passages if (score := score_of(p.scores)) is not None]
    best = sorted(scored, key=lambda pair: -pair[0])
    return {chunk: place for place, (_, chunk) in enumerate(best, start=1)}


def _is_near_a_top(ranks: RanksOut) -> bool:
    places = (ranks.bm25, ranks.dense, ranks.fused, ranks.final)
    return any(place is not None and place <= SHOWN for place in places)
