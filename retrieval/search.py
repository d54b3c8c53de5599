"""A question → the passages that answer it, out of what the asker may read."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Protocol

from retrieval.blend import blended, shown
from retrieval.errors import Invalid, Overloaded, Unavailable
from retrieval.fusion import reciprocal_rank_fusion
from retrieval.ports import (
    Embedder,
    EmbedderIdentity,
    Hit,
    LexicalIndexes,
    Reranker,
    VectorIndexes,
)
from retrieval.types import ChunkId, Found, KnowledgeBaseId, Passage, Scope, Scores, Vector

LONGEST_QUESTION = 4_000  # characters
DEPTHS = (1, 4, 16)  # times the candidates, while invisible hits starve the result
# The same where whole sources are withheld: they may hold most of what is like the question.
WITHHELD_DEPTHS = (*DEPTHS, 64)

NO_DENSE = "Search by meaning is not ready, so this search went by keywords alone."
NOT_ALL_DENSE = (
    "Search by meaning is not ready for all of the knowledge bases; "
    "the others were searched by keywords alone."
)
NO_RERANK = "The reranking model is not ready, so the order of the passages is a rough one."

ReportGhosts = Callable[[KnowledgeBaseId, Set[ChunkId]], None]


class VisibleChunks(Protocol):
    def visible(self, chunk_ids: Sequence[ChunkId], scope: Scope, /) -> dict[ChunkId, Passage]:
        """Those that the live revision shows and the scope may read. Absent: must not be seen."""
        ...


class EmbeddersOfEach(Protocol):
    def of_each(
        self, knowledge_bases: Iterable[KnowledgeBaseId], /
    ) -> Mapping[KnowledgeBaseId, Embedder | None]:
        """What the live vectors of each are made with; None when that does not run here."""
        ...


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question as one embedder sees it, for the knowledge bases that it is live in."""

    embedder: EmbedderIdentity
    vector: Vector
    knowledge_bases: tuple[KnowledgeBaseId, ...]


@dataclass(frozen=True, slots=True)
class _Hits:
    """Per knowledge base, best first. Those without a dense ranking: embedder or index was down."""

    lexical: dict[KnowledgeBaseId, list[Hit]]
    dense: list[dict[KnowledgeBaseId, list[Hit]]]  # cosines compare within one embedder only
    depth: int  # asked of each index

    @property
    def rankings(self) -> list[list[Hit]]:
        return [*self.lexical.values(), *(hits for group in self.dense for hits in group.values())]

    @property
    def missing(self) -> str | None:
        """A sentence about what was searched by keywords alone."""
        with_meaning = sum(len(group) for group in self.dense)
        if with_meaning == len(self.lexical):
            return None
        return NOT_ALL_DENSE if with_meaning else NO_DENSE

    def of(self, knowledge_base: KnowledgeBaseId) -> list[Hit]:
        dense = [hit for group in self.dense for hit in group.get(knowledge_base, [])]
        return [*self.lexical[knowledge_base], *dense]

    def ids(self) -> list[ChunkId]:
        return list(dict.fromkeys(hit.chunk for hits in self.rankings for hit in hits))

    def may_go_deeper(self) -> bool:
        return any(len(hits) >= self.depth for hits in self.rankings)


@dataclass(frozen=True, slots=True)
class Searcher:
    """`candidates`: hits per ranking that go into fusion, and passages that are reranked.

    `live` None: `embedder` made the vectors of every knowledge base.

    `on_ghosts` hears of hits without a visible row. They may be dead or not born yet: whoever
    removes them asks SQL again, under the lock that commits hold.
    """

    corpus: VisibleChunks
    lexical: LexicalIndexes
    vectors: VectorIndexes
    embedder: Embedder
    reranker: Reranker | None
    candidates: int
    on_ghosts: ReportGhosts | None = None
    live: EmbeddersOfEach | None = None

    def find(self, question: str, scope: Scope, *, limit: int) -> Found:
        """Best first, at most `limit`; `degraded` when a model was not there.

        Raises: Invalid for a blank or too long question.
        """
        check_question(question)
        if not scope.knowledge_bases or limit < 1:
            return Found(())
        hits, visible = self._visible_hits(question, scope)
        self._report_ghosts(hits, visible, scope)
        fused = _fused(hits, visible, self.candidates)
        reranked = self._reranked(question, fused)
        missing = [hits.missing] if hits.missing else []
        if self.reranker is not None and reranked is None:
            missing.append(NO_RERANK)
        if reranked is None:
            # A blend weighs cosines, which two embedders do not give on one scale.
            reranked = blended(question, fused) if len(hits.dense) == 1 else fused
        return Found(tuple(reranked[:limit]), " ".join(missing) or None)

    def _visible_hits(self, question: str, scope: Scope) -> tuple[_Hits, dict[ChunkId, Passage]]:
        """Goes deeper while hits that nobody may see leave too few to show."""
        asked = self._asked(question, sorted(scope.knowledge_bases))
        for factor in WITHHELD_DEPTHS if scope.withheld_sources else DEPTHS:
            hits = self._hits(question, asked, scope, self.candidates * factor)
            ids = hits.ids()
            # NOTE: joined before fusion, so what nobody may see cannot even take a rank.
            visible = self.corpus.visible(ids, scope)
            enough = len(visible) >= self.candidates or len(visible) == len(ids)
            if enough or not hits.may_go_deeper():
                break
        return hits, visible

    def _asked(self, question: str, names: Sequence[KnowledgeBaseId]) -> list[_Asked]:
        """The question's vectors, by those embedders that answer."""
        each = self.live.of_each(names) if self.live else dict.fromkeys(names, self.embedder)
        asked = []
        for embedder in {e.identity.key: e for e in each.values() if e is not None}.values():
            identity = embedder.identity
            served = [name for name in names if (e := each[name]) and e.identity == identity]
            try:
                vector = embedder.embed_question(question)
            except (Unavailable, Overloaded):
                continue
            asked.append(_Asked(identity, vector, tuple(served)))
        return asked

    def _hits(self, question: str, asked: Sequence[_Asked], scope: Scope, depth: int) -> _Hits:
        # Keywords take about a millisecond, the embedding tens: side by side would gain little.
        names = sorted(scope.knowledge_bases)
        lexical = {name: self.lexical.open(name).search(question, depth) for name in names}
        dense = [found for one in asked if (found := self._dense_hits(one, depth)) is not None]
        return _Hits(lexical, dense, depth)

    def _dense_hits(self, asked: _Asked, depth: int) -> dict[KnowledgeBaseId, list[Hit]] | None:
        try:
            return {
                name: self.vectors.open(name, asked.embedder).search(asked.vector, depth)
                for name in asked.knowledge_bases
            }
        except Unavailable:
            return None

    def _reranked(self, question: str, passages: list[Passage]) -> list[Passage] | None:
        """By the reranker's scores; None when there is none or it does not answer."""
        if self.reranker is None:
            return None
        chosen = passages[: self.candidates]
        try:
            scores = self.reranker.score(question, [shown(passage) for passage in chosen])
        except (Unavailable, Overloaded):
            return None
        scored = [
            replace(passage, scores=replace(passage.scores, rerank=float(score)))
            for passage, score in zip(chosen, scores, strict=True)
        ]
        return [*sorted(scored, key=_rerank_score, reverse=True), *passages[self.candidates :]]

    def _report_ghosts(self, hits: _Hits, visible: Container[ChunkId], scope: Scope) -> None:
        if self.on_ghosts is None:
            return
        withheld = self._withheld(hits, visible, scope)
        for name in hits.lexical:
            seen = {hit.chunk for hit in hits.of(name)}
            ghosts = {chunk for chunk in seen if chunk not in visible} - withheld
            if ghosts:
                self.on_ghosts(name, ghosts)

    def _withheld(self, hits: _Hits, visible: Container[ChunkId], scope: Scope) -> Set[ChunkId]:
        """Chunks that live, but not for this asker: no ghosts."""
        if not scope.withheld_sources:
            return frozenset()
        missing = [chunk for chunk in hits.ids() if chunk not in visible]
        whole = replace(scope, withheld_sources=frozenset())
        return self.corpus.visible(missing, whole).keys()


def check_question(question: str) -> None:
    """Raises: Invalid when it is blank or longer than `LONGEST_QUESTION`."""
    if not question.strip():
        raise Invalid("Please type a question.")
    if len(question) > LONGEST_QUESTION:
        raise Invalid(
            f"This question has {len(question):,} characters; at most {LONGEST_QUESTION:,} work."
        )


def _fused(hits: _Hits, visible: Mapping[ChunkId, Passage], depth: int) -> list[Passage]:
    """Visible passages, best first, with the scores of every stage so far."""
    lexical = _merged(hits.lexical, visible, depth)
    dense = [_merged(group, visible, depth) for group in hits.dense]
    cosines = {chunk: cosine for ranking in dense for chunk, cosine in ranking.items()}
    return [
        replace(
            visible[hit.chunk],
            scores=Scores(lexical.get(hit.chunk), cosines.get(hit.chunk), fused=hit.score),
        )
        for hit in reciprocal_rank_fusion([list(lexical), *map(list, dense)])
    ]


def _merged(
    rankings: Mapping[KnowledgeBaseId, Sequence[Hit]], visible: Container[ChunkId], depth: int
) -> dict[ChunkId, float]:
    """One ranking over all knowledge bases, by score, best first.

    By score and not by rank: the best of a knowledge base that has nothing to say must not count
    as much as the best of the one that answers. Cosines compare exactly, BM25 nearly (each
    knowledge base has its own idf), as between the shards of a search engine.
    """
    seen = [hit for ranking in rankings.values() for hit in ranking if hit.chunk in visible]
    best = sorted(seen, key=lambda hit: -hit.score)[:depth]
    return {hit.chunk: hit.score for hit in best}


def _rerank_score(passage: Passage) -> float:
    return passage.scores.rerank or 0.0
