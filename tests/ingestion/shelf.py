"""A knowledge base with every real part of ingestion, whose jobs run when the test says so."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from cryptography.fernet import Fernet
from sqlalchemy import insert, select

from app.tables import metadata
from ingestion.blobs import Blobs
from ingestion.chunking import Chunker
from ingestion.embedding import MissingVectors
from ingestion.file_parser import FileParser
from ingestion.intake import Accepted, Intake
from ingestion.jobs import Jobs, Work
from ingestion.making import Maker, Makers
from ingestion.parsing.parse import ParseLimits
from ingestion.pipeline import Pipeline
from ingestion.removal import Removal
from ingestion.schedule import Schedule
from ingestion.sources.doors import Doors
from ingestion.sources.fetching import Network
from ingestion.sources.refusals import Refusals
from ingestion.sources.register import Sources
from ingestion.sources.runs import Runs
from ingestion.sources.sealing import Sealer
from ingestion.sources.starting import RunStarter
from ingestion.sources.sync import SourceSync
from ingestion.sources.taking import Taking
from ingestion.tokens import EstimatedTokens
from retrieval.dense.memory import MemoryIndexes
from retrieval.errors import KnowledgeBaseError
from retrieval.indexes.index import Index
from retrieval.lexical.memory import MemoryLexicalIndexes
from retrieval.search.searcher import Searcher
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.store.vectors import VectorStore
from retrieval.tables import documents, jobs, knowledge_bases
from retrieval.types import KnowledgeBaseId, Scope, VersionId
from tests.fakes import WordsEmbedder
from tests.ingestion.parsed import SERVER

BASE = KnowledgeBaseId("base")
NIGHTLY = "0 2 * * *"


@dataclass
class Ticking:
    """A clock that moves on by itself, so that later things have later times."""

    now: datetime = datetime(2026, 11, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Waiting:
    """A Starter that only remembers."""

    works: list[Work] = field(default_factory=list)

    def start(self, work: Work) -> None:
        self.works.append(work)


@dataclass
class Shelf:
    database: Database
    embedder: WordsEmbedder
    index: Index
    blobs: Blobs
    jobs: Jobs
    waiting: Waiting
    intake: Intake
    pipeline: Pipeline
    removal: Removal
    sources: Sources
    starter: RunStarter
    sync: SourceSync
    searcher: Searcher

    def put(self, name: str, text: str) -> Accepted:
        return self.intake.accept(BASE, name, io.BytesIO(text.encode()))

    def work(self) -> None:
        """Does all waiting jobs, as the durable workflow would."""
        while self.waiting.works:
            self.work_one()

    def work_one(self) -> None:
        work = self.waiting.works.pop(0)
        if work.kind == "sync":
            self.follow(work)
            return
        for step in self.steps(work):
            try:
                step()
            except KnowledgeBaseError as error:
                self.jobs.fail(work.id, str(error))
                break

    def follow(self, work: Work) -> None:
        try:
            self.sync.run(str(work.source), work.id)
        except KnowledgeBaseError as error:
            self.jobs.fail(work.id, str(error))
            return
        with self.database.write() as connection:
            self.jobs.finish(connection, work.id)

    def steps(self, work: Work) -> list[Callable[[], object]]:
        version = VersionId(str(work.version))
        return [
            lambda: self.pipeline.parse(work.id, version),
            lambda: self.pipeline.embed(work.id, version),
            lambda: self.pipeline.commit(work.id, version),
        ]

    def found(self, question: str) -> list[str]:
        scope = Scope(frozenset({BASE}))
        return [p.chunk.text for p in self.searcher.find(question, scope, limit=10).passages]

    def states(self) -> dict[str, tuple[str, str | None]]:
        """State and error by key of the documents that are not deleted."""
        query = select(documents).where(documents.c.deleted_at.is_(None))
        with self.database.read() as connection:
            return {row.key: (row.state, row.error) for row in connection.execute(query)}

    def job_states(self) -> list[str]:
        with self.database.read() as connection:
            return list(connection.scalars(select(jobs.c.state).order_by(jobs.c.created_at)))

    def is_in_step(self) -> bool:
        """SQL and both indexes show the same."""
        return self.index.compare(BASE).is_empty


def a_shelf(database: Database, folder: Path) -> Shelf:
    metadata.create_all(database.engine)
    clock = Ticking()
    with database.write() as connection:
        connection.execute(insert(knowledge_bases).values(id=BASE, name="Base", created_at=clock()))
    embedder = WordsEmbedder()
    store = VectorStore(database)
    index = Index(
        Corpus(database), store, MemoryLexicalIndexes(), MemoryIndexes(), embedder.identity
    )
    blobs, rows, waiting = Blobs(folder / "blobs"), Jobs(database, clock), Waiting()
    new_id = _new_id
    intake = Intake(database, blobs, rows, waiting, 1 << 20, new_id)
    removal = Removal(database, index, clock)
    doors = Doors(Sealer(Fernet.generate_key()), Network(), folder / "sources")
    runs = Runs(database, clock)
    parser = FileParser(blobs, ParseLimits(seconds=60), SERVER)
    pipeline = Pipeline(
        database,
        blobs,
        rows,
        index,
        Makers(database, Maker(Chunker(EstimatedTokens()), MissingVectors(store, embedder))),
        parser,
        _still,
    )
    return Shelf(
        database=database,
        embedder=embedder,
        index=index,
        blobs=blobs,
        jobs=rows,
        waiting=waiting,
        intake=intake,
        pipeline=pipeline,
        removal=removal,
        sources=Sources(database, removal, doors, new_id, clock),
        starter=RunStarter(database, rows, waiting, Schedule(NIGHTLY), new_id, clock),
        sync=SourceSync(
            database, Taking(intake, runs, Refusals(database, clock)), removal, doors, runs
        ),
        searcher=Searcher(index.corpus, index.lexical, index.dense, embedder, None, 20),
    )


def _new_id() -> str:
    return uuid4().hex


def _still() -> float:
    return 0.0
