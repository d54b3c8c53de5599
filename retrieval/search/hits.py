"""What the indexes found for one question, and the one ranking of it that readers may see."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.ports import EmbedderIdentity, Hit
from retrieval.search.fusion import weighted_z_scores
from retrieval.search.overlap import shared_meaning, told_of
from retrieval.types import ChunkId, KnowledgeBaseId, Passage, Scores, Vector


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as one embedder sees it, for the knowledge bases that it is live in."""

    embedder: EmbedderIdentity
    vector: Vector
    knowledge_bases: tuple[KnowledgeBaseId, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """Per knowledge base, best first. Those without a dense ranking: embedder or index was down."""

    lexical: dict[KnowledgeBaseId, list[Hit]]
    dense: list[dict[KnowledgeBaseId, list[Hit]]]  # cosines compare within one embedder only
    depth: int  # asked of each index

    @property
    def rankings(self) -> list[list[Hit]]:
        return [*self.lexical.values(), *(hits for group in self.dense for hits in group.values())]

    def of(self, knowledge_base: KnowledgeBaseId) -> list[Hit]:
        dense = [hit for group in self.dense for hit in group.get(knowledge_base, [])]
        return [*self.lexical[knowledge_base], *dense]

    def ids(self) -> list[ChunkId]:
        return list(dict.fromkeys(hit.chunk for hits in self.rankings for hit in hits))

    def may_go_deeper(self) -> bool:
        return any(len(hits) >= self.depth for hits in self.rankings)


def fused_passages(
    question: str, hits: Hits, visible: Mapping[ChunkId, Passage], depth: int
) -> list[Passage]:
    """Visible passages, best first, with the scores of every stage so far."""
    lexical = _merged(hits.lexical, visible, depth)
    dense = [_merged(group, visible, depth) for group in hits.dense]
    best = next(iter(lexical), None)
    shared = shared_meaning(question, visible[best]) if best else 0.0
    found = [visible[chunk] for chunk in dict.fromkeys(c for r in (lexical, *dense) for c in r)]
    cosines = {chunk: cosine for ranking in dense for chunk, cosine in ranking.items()}
    return [
        replace(
            visible[hit.chunk],
            scores=Scores(lexical.get(hit.chunk), cosines.get(hit.chunk), fused=hit.score),
        )
        for hit in weighted_z_scores(lexical, dense, shared, told_of(question, found))
    ]


def _merged(
    rankings: Mapping[KnowledgeBaseId, Sequence[Hit]], visible: Container[ChunkId], depth: int
) -> dict[ChunkId, float]:
    """One ranking over all knowledge bases, by score, best first.

    By score and not by rank: the best of a knowledge base that has nothing to say must not count
    as much as the best of the one that answers. Cosines compare exactly, BM25 because each
    index is told how rare a word is in all of them.
    """
    seen = [hit for ranking in rankings.values() for hit in ranking if hit.chunk in visible]
    best = sorted(seen, key=lambda hit: -hit.score)[:depth]
    return {hit.chunk: hit.score for hit in best}
