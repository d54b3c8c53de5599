"""Passages with the scores that a test gives them."""

from datetime import UTC, datetime

from retrieval.types import (
    Chunk,
    ChunkId,
    DocumentId,
    KnowledgeBaseId,
    Passage,
    Scores,
    VersionId,
)


def a_passage(
    name: str, text: str = "", *, bm25: float | None = None, fused: float = 0.0
) -> Passage:
    chunk = Chunk(
        id=ChunkId(name),
        knowledge_base=KnowledgeBaseId("hr"),
        document=DocumentId("d"),
        version=VersionId("v"),
        ordinal=0,
        text=text,
        headings=(),
        page=None,
        first_block=0,
        last_block=0,
    )
    scores = Scores(bm25=bm25, fused=fused)
    return Passage(chunk, "Handbook", "handbook.md", 1, datetime(2026, 1, 1, tzinfo=UTC), scores)
