"""Fakes of our own ports for the answer path: a scripted model, a finder, an embedder of words."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import anyio
import numpy as np

from retrieval.errors import Unavailable
from retrieval.ports import Delta, EmbedderIdentity, Message, Queue, Terms
from retrieval.text.tokens import terms
from retrieval.types import (
    Chunk,
    ChunkId,
    DocumentId,
    Found,
    KnowledgeBaseId,
    Passage,
    Scope,
    Scores,
    Vector,
    VersionId,
)

DIMENSION = 256
SCOPE = Scope(frozenset({KnowledgeBaseId("kb")}))


def a_passage(
    text: str, *, title: str = "Handbook", headings: tuple[str, ...] = (), name: str = ""
) -> Passage:
    name = name or str(abs(hash(text)) % 10**8)
    chunk = Chunk(
        id=ChunkId(f"chunk-{name}"),
        knowledge_base=KnowledgeBaseId("kb"),
        document=DocumentId(f"document-{name}"),
        version=VersionId("v1"),
        ordinal=0,
        text=text,
        headings=headings,
        page=2,
        first_block=3,
        last_block=4,
    )
    return Passage(
        chunk, title, f"{title}.md", 1, datetime(2026, 1, 2, tzinfo=UTC), Scores(fused=1.0)
    )


@dataclass
class OverlapEmbedder:
    """Two texts are as similar as their words overlap; nothing is loaded."""

    away: bool = False
    calls: int = 0

    @property
    def identity(self) -> EmbedderIdentity:
        return EmbedderIdentity("overlap", "1", "mean", "float32", "", "", DIMENSION)

    def embed_question(self, question: str) -> Vector:
        return self.embed_passages([question])[0]

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        self.calls += 1
        if self.away:
            raise Unavailable("The embedder is still loading.")
        rows = np.full((len(texts), DIMENSION), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in set(terms(text)):
                row[sum(term.encode()) * 31 % DIMENSION] += 1.0
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@dataclass
class ListFinder:
    """Ranks its passages by how many words they share with the question."""

    passages: Sequence[Passage]
    degraded: str | None = None
    asked: list[str] = field(default_factory=list)

    def find(self, question: str, scope: Scope, *, limit: int) -> Found:
        self.asked.append(question)
        words = set(terms(question))
        ranked = sorted(self.passages, key=lambda p: -len(words & set(terms(p.chunk.text))))
        return Found(tuple(ranked[:limit]), self.degraded)


@dataclass
class ScriptedGenerator:
    """Says its script in pieces of `size` letters; `fails` is raised instead of the next piece."""

    content: str
    reasoning: str = ""
    size: int = 7
    fails: Exception | None = None
    endless: bool = False
    queue: Sequence[Queue] = ()  # places that it tells first
    wrote: str = ""  # the model that it says wrote, if another one
    prompts: list[str] = field(default_factory=list)
    terms: list[Terms] = field(default_factory=list)
    said: int = 0
    closed: bool = False
    model: str = "scripted"

    async def stream(
        self, messages: Sequence[Message], terms: Terms
    ) -> AsyncGenerator[Delta, None]:
        self.prompts.append("\n".join(message.content for message in messages))
        self.terms.append(terms)
        try:
            for place in self.queue:
                yield Delta(queue=place)
            if self.reasoning:
                yield Delta(reasoning=self.reasoning)
            for start in range(0, len(self.content), self.size):
                self.said += 1
                yield Delta(content=self.content[start : start + self.size], model=self.wrote)
            if self.fails is not None:
                raise self.fails
            if self.endless:
                await anyio.sleep_forever()
        finally:
            self.closed = True
