"""A shelf whose settings change: another embedder, another chunker, the former one there or not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from sqlalchemy import select

from ingestion.chunking import Piece
from ingestion.embedding import MissingVectors
from ingestion.making import Chunking, Maker, Makers
from ingestion.quality.gate import Gate
from ingestion.quality.golden import GoldenQuestions
from ingestion.reindex.starting import Reindexing
from ingestion.reindex.wanted import WantedIndex
from ingestion.reindex.work import Reindex
from retrieval.indexes.index import Index
from retrieval.ports import (
    EmbedderIdentity,
    LexicalIndex,
    LexicalIndexes,
    VectorIndex,
    VectorIndexes,
)
from retrieval.search.searcher import Searcher
from retrieval.store.live import LiveEmbedders
from retrieval.tables import jobs, knowledge_bases
from retrieval.types import Block, KnowledgeBaseId, Scope, Vector
from tests.fakes import WordsEmbedder
from tests.ingestion.shelf import BASE, Shelf

T = TypeVar("T")
MARGIN = 0.02


class TurnedEmbedder(WordsEmbedder):
    """As good as the other one, in a space of its own: their vectors mean nothing to each other."""

    def embed_question(self, question: str) -> Vector:
        turned: Vector = np.roll(super().embed_question(question), 11)
        return turned

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        turned: Vector = np.roll(super().embed_passages(texts), 11, axis=1)
        return turned


class RandomEmbedder(WordsEmbedder):
    """A model whose weights were lost: vectors of the right form that mean nothing."""

    def embed_question(self, question: str) -> Vector:
        return self._drawn(1)[0]

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        self.embedded.extend(texts)
        return self._drawn(len(texts))

    def _drawn(self, count: int) -> Vector:
        drawn = np.random.default_rng(len(self.embedded)).normal(size=(count, 64))
        unit: Vector = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return unit.astype(np.float32)


@dataclass(frozen=True)
class LineChunker:
    """A piece for each line of each block: another chunker than the real one."""

    identity: str = "lines-1"

    def chunk(self, title: str, blocks: Sequence[Block]) -> list[Piece]:
        return [
            Piece(line, block.headings, block.page, number, number, f"{title}\n{line}", 1)
            for number, block in enumerate(blocks)
            for line in block.text.splitlines()
            if line.strip()
        ]


class Crash(Exception):
    """The process is gone; what was written is written."""


@dataclass
class Fuse:
    """Counts what is done, and burns at the call that the test names."""

    burns_at: int | None = None
    calls: int = 0

    def passes(self) -> None:
        self.calls += 1
        if self.calls == self.burns_at:
            raise Crash

    def guard(self, deed: Callable[..., T]) -> Callable[..., T]:
        """The deed, done before or only after which the process may die: both are tried."""

        def guarded(*arguments: object) -> T:
            self.passes()
            done = deed(*arguments)
            self.passes()
            return done

        return guarded


@dataclass(frozen=True)
class FusedVectors:
    indexes: VectorIndexes
    fuse: Fuse

    def open(self, knowledge_base: KnowledgeBaseId, embedder: EmbedderIdentity) -> VectorIndex:
        opened = self.indexes.open(knowledge_base, embedder)
        return _FusedIndex(opened, self.fuse)

    def drop(self, knowledge_base: KnowledgeBaseId) -> None:
        self.fuse.guard(self.indexes.drop)(knowledge_base)

    def drop_others(self, knowledge_base: KnowledgeBaseId, keep: EmbedderIdentity) -> None:
        self.fuse.guard(self.indexes.drop_others)(knowledge_base, keep)


@dataclass(frozen=True)
class FusedWords:
    indexes: LexicalIndexes
    fuse: Fuse

    def open(self, knowledge_base: KnowledgeBaseId) -> LexicalIndex:
        opened = self.indexes.open(knowledge_base)
        return _FusedIndex(opened, self.fuse)

    def drop(self, knowledge_base: KnowledgeBaseId) -> None:
        self.fuse.guard(self.indexes.drop)(knowledge_base)


class _FusedIndex:
    """Either kind of index; only what changes it passes the fuse."""

    def __init__(self, index: VectorIndex | LexicalIndex, fuse: Fuse) -> None:
        self.index, self.fuse = index, fuse
        self.search, self.ids = index.search, index.ids
        self.add, self.remove = fuse.guard(index.add), fuse.guard(index.remove)


@dataclass
class TakenSnapshots:
    """Remembers which revision had which name."""

    taken: list[tuple[str, str]] = field(default_factory=list)
    fuse: Fuse = field(default_factory=Fuse)

    def take(self, knowledge_base: KnowledgeBaseId, kind: str, name: str, by: str = "") -> str:
        self.fuse.passes()
        self.taken.append((kind, name))
        return "snapshot"


@dataclass
class Rebuilding:
    """What a start of Colophon builds out of settings, on the shelf's database and indexes."""

    shelf: Shelf
    reindex: Reindex
    reindexing: Reindexing
    golden: GoldenQuestions
    snapshots: TakenSnapshots
    told: list[str]

    @property
    def index(self) -> Index:
        return self.reindex.index

    def start(self) -> str:
        return self.reindexing.start(BASE)

    def run(self, job: str | None = None) -> None:
        """The steps of the durable workflow, one after another."""
        job = job or self.start()
        self.reindex.build(job, BASE)
        self.reindex.judge(job, BASE)
        self.reindex.switch(job, BASE)
        self.reindex.tidy(BASE)

    def found(self, question: str) -> list[str]:
        return self.shelf.found(question)

    def degraded(self, question: str) -> str | None:
        return self.shelf.searcher.find(question, Scope(frozenset({BASE})), limit=5).degraded

    def pointer(self) -> tuple[str, str]:
        """Model and chunker of the live index."""
        query = select(knowledge_bases.c.embedder, knowledge_bases.c.chunker)
        with self.shelf.database.read() as connection:
            row = connection.execute(query.where(knowledge_bases.c.id == BASE)).one()
        return EmbedderIdentity.from_key(row.embedder).model, row.chunker

    def job_state(self, job: str) -> tuple[str, str | None]:
        with self.shelf.database.read() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == job)).one()
        return row.state, row.error


@dataclass(frozen=True)
class Change:
    """What the settings say now. `former` False: the embedder of before does not run any more."""

    embedder: WordsEmbedder | None = None
    chunker: Chunking | None = None
    former: bool = True
    fuse: Fuse = field(default_factory=Fuse)


def restarted(shelf: Shelf, change: Change, margin: float = MARGIN) -> Rebuilding:
    """The same shelf after a restart with other settings."""
    before, store = shelf.pipeline.makers.current, shelf.index.vectors
    embedder, fuse = change.embedder or shelf.embedder, change.fuse
    current = Maker(change.chunker or before.chunker, MissingVectors(store, embedder))
    makers = Makers(shelf.database, current, before if change.former else None)
    index = replace(
        shelf.index,
        embedder=embedder.identity,
        lexical=FusedWords(shelf.index.lexical, fuse),
        dense=FusedVectors(shelf.index.dense, fuse),
    )
    live = LiveEmbedders(shelf.database, embedder, before.embedder if change.former else None)
    searcher = Searcher(
        index.corpus, shelf.index.lexical, shelf.index.dense, embedder, None, 20, live=live
    )
    after = replace(
        shelf,
        embedder=embedder,
        index=index,
        pipeline=replace(shelf.pipeline, index=index, makers=makers),
        removal=replace(shelf.removal, index=index),
        searcher=searcher,
    )
    new_id, clock = shelf.intake.new_id, shelf.jobs.clock
    golden = GoldenQuestions(shelf.database, searcher, new_id, clock)
    snapshots, told = TakenSnapshots(fuse=fuse), list[str]()

    def tell(_knowledge_base: KnowledgeBaseId, sentence: str) -> None:
        fuse.passes()
        told.append(sentence)

    gate = Gate(golden, searcher, margin)
    reindex = Reindex(index, shelf.jobs, makers, gate, snapshots, tell, fuse.passes)
    reindexing = Reindexing(shelf.jobs, shelf.waiting, WantedIndex(current), new_id)
    return Rebuilding(after, reindex, reindexing, golden, snapshots, told)
