"""A question → the passages that answer it, out of what the asker may read."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol

from retrieval.errors import Invalid, Overloaded, StorageFailed, Unavailable
from retrieval.lexical.rarity import together
from retrieval.ports import (
    Embedder,
    Hit,
    LexicalIndexes,
    Reranker,
    VectorIndexes,
)
from retrieval.search.hits import Asked, Hits, fused_passages
from retrieval.search.overlap import shown
from retrieval.search.phrases import by_phrases
from retrieval.search.prefilter import Left, Prefilter
from retrieval.search.stopwatch import Stopwatch
from retrieval.types import ChunkId, Found, KnowledgeBaseId, Passage, Scope

LONGEST_QUESTION = 4_000  # characters
DEPTHS = (1, 4, 16)  # times the candidates, while invisible hits starve the result
# The same where only some documents are wanted: the others may hold most of what is like the
# question, where no prefilter leaves them out beforehand.
CUT_DEPTHS = (*DEPTHS, 64)

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
class Searcher:
    """`candidates`: hits per ranking that go into fusion, and passages that are reranked.

    `live` None: `embedder` made the vectors of every knowledge base.

    `prefilter` None: what a scope leaves out is dropped from what the indexes found.

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
    clock: Callable[[], float] = perf_counter  # seconds
    prefilter: Prefilter | None = None

    def find(self, question: str, scope: Scope, *, limit: int) -> Found:
        """Best first, at most `limit`; `degraded` when a model was not there.

        Raises: Invalid for a blank or too long question.
        """
        check_question(question)
        if not scope.knowledge_bases or limit < 1:
            return Found(())
        watch = Stopwatch(self.clock)
        hits, visible = self._visible_hits(question, scope, watch)
        self._report_ghosts(hits, visible, scope)
        with watch.of("fuse"):
            fused = fused_passages(question, hits, visible, self.candidates)
        with watch.of("rerank"):
            reranked = self._reranked(question, fused)
        missing = [sentence] if (sentence := _missing(hits)) else []
        if self.reranker is not None and reranked is None:
            missing.append(NO_RERANK)
        if reranked is None:
            with watch.of("rerank"):
                reranked = by_phrases(question, fused)
        best = tuple(reranked)
        return Found(best[:limit], " ".join(missing) or None, best, watch.seconds)

    def _visible_hits(
        self, question: str, scope: Scope, watch: Stopwatch
    ) -> tuple[Hits, dict[ChunkId, Passage]]:
        """Goes deeper while hits that nobody may see leave too few to show."""
        with watch.of("filter"):
            left = self.prefilter.documents.left(scope) if self.prefilter else {}
        names = [name for name in sorted(scope.knowledge_bases) if left.get(name, True)]
        with watch.of("embed"):
            asked = self._asked(question, names)
        for factor in CUT_DEPTHS if scope.is_cut else DEPTHS:
            with watch.of("keywords"):
                lexical = self._lexical_hits(question, names, left, self.candidates * factor)
            with watch.of("meaning"):
                hits = self._hits(lexical, asked, left, self.candidates * factor)
            ids = hits.ids()
            # NOTE: joined before fusion, so what nobody may see cannot even take a rank.
            with watch.of("read"):
                visible = self.corpus.visible(ids, scope)
            enough = len(visible) >= self.candidates or len(visible) == len(ids)
            if enough or not hits.may_go_deeper():
                break
        return hits, visible

    def _asked(self, question: str, names: Sequence[KnowledgeBaseId]) -> list[Asked]:
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
            asked.append(Asked(identity, vector, tuple(served)))
        return asked

    def _lexical_hits(
        self, question: str, names: Sequence[KnowledgeBaseId], left: Left, depth: int
    ) -> dict[KnowledgeBaseId, list[Hit]]:
        indexes = {name: self.lexical.open(name) for name in names}
        everywhere = None
        if len(indexes) > 1:
            everywhere = together(index.spread(question) for index in indexes.values())
        return {
            name: index.search(question, depth, left.get(name), everywhere)
            for name, index in indexes.items()
        }

    def _hits(
        self,
        lexical: dict[KnowledgeBaseId, list[Hit]],
        asked: Sequence[Asked],
        left: Left,
        depth: int,
    ) -> Hits:
        # Keywords take about a millisecond, the embedding tens: side by side would gain little.
        found = [self._dense_hits(one, left, depth) for one in asked]
        return Hits(lexical, [hits for hits in found if hits is not None], depth)

    def _dense_hits(
        self, asked: Asked, left: Left, depth: int
    ) -> dict[KnowledgeBaseId, list[Hit]] | None:
        try:
            return {name: self._nearest(name, asked, left, depth) for name in asked.knowledge_bases}
        except (Unavailable, StorageFailed):
            return None

    def _nearest(self, name: KnowledgeBaseId, asked: Asked, left: Left, depth: int) -> list[Hit]:
        embedder, vector = asked.embedder, asked.vector
        if self.prefilter:
            exact = self.prefilter.nearest.search(name, embedder, vector, depth, left.get(name))
            if exact is not None:
                return exact
        return self.vectors.open(name, embedder).search(vector, depth)

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

    def _report_ghosts(self, hits: Hits, visible: Container[ChunkId], scope: Scope) -> None:
        if self.on_ghosts is None:
            return
        withheld = self._withheld(hits, visible, scope)
        for name in hits.lexical:
            seen = {hit.chunk for hit in hits.of(name)}
            ghosts = {chunk for chunk in seen if chunk not in visible} - withheld
            if ghosts:
                self.on_ghosts(name, ghosts)

    def _withheld(self, hits: Hits, visible: Container[ChunkId], scope: Scope) -> Set[ChunkId]:
        """Chunks that live, but not for this asker: no ghosts."""
        if not scope.is_cut:
            return frozenset()
        missing = [chunk for chunk in hits.ids() if chunk not in visible]
        whole = Scope(scope.knowledge_bases)
        return self.corpus.visible(missing, whole).keys()


def check_question(question: str) -> None:
    """Raises: Invalid when it is blank or longer than `LONGEST_QUESTION`."""
    if not question.strip():
        raise Invalid("Please type a question.")
    if len(question) > LONGEST_QUESTION:
        raise Invalid(
            f"This question has {len(question):,} characters; at most {LONGEST_QUESTION:,} work."
        )


def _missing(hits: Hits) -> str | None:
    """A sentence about what was searched by keywords alone."""
    with_meaning = sum(len(group) for group in hits.dense)
    if with_meaning == len(hits.lexical):
        return None
    return NOT_ALL_DENSE if with_meaning else NO_DENSE


def _rerank_score(passage: Passage) -> float:
    return passage.scores.rerank or 0.0
