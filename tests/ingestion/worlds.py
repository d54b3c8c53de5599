"""A Colophon whose process can die at any call of a port and come up again on the same files.

SQLite, Tantivy, Chroma, blobs and the folder are real; the embedder is the fake one, and complains
when it is asked for a text whose vector is stored already.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from cryptography.fernet import Fernet
from sqlalchemy import insert, select

from app.library.library_counts import Counts, count_all
from app.tables import metadata
from ingestion.chunking import Chunker
from ingestion.embedding import MissingVectors
from ingestion.history.purge import Purge
from ingestion.history.retention import Retention
from ingestion.history.rollback import Rollback
from ingestion.history.snapshots import Snapshots
from ingestion.intake import Intake
from ingestion.jobs import Jobs
from ingestion.making import Maker, Makers
from ingestion.pipeline import Pipeline
from ingestion.quality.gate import Verdict
from ingestion.reindex.starting import Reindexing
from ingestion.reindex.wanted import WantedIndex
from ingestion.reindex.work import Reindex
from ingestion.removal import Removal
from ingestion.schedule import Schedule
from ingestion.sources.doors import Doors
from ingestion.sources.fetching import Network
from ingestion.sources.refusals import Refusals
from ingestion.sources.register import NewSource, Sources
from ingestion.sources.runs import Runs
from ingestion.sources.sealing import Sealer
from ingestion.sources.starting import RunStarter
from ingestion.sources.sync import SourceSync
from ingestion.sources.taking import Taking
from ingestion.tokens import EstimatedTokens
from retrieval.errors import KnowledgeBaseError
from retrieval.indexes.index import Index
from retrieval.ports import EmbedderIdentity
from retrieval.search.searcher import Searcher
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.store.history import shown_at
from retrieval.store.live import LiveEmbedders
from retrieval.store.vectors import VectorStore, text_digest
from retrieval.tables import chunks, documents, knowledge_bases, vectors, visibility
from retrieval.types import Vector
from tests.fakes import WordsEmbedder
from tests.ingestion.fused import FusedBlobs, FusedDatabase, FusedVectors, FusedWords
from tests.ingestion.past import NoAnswers, PlainParser
from tests.ingestion.rebuilding import Crash, Fuse, TurnedEmbedder
from tests.ingestion.shelf import BASE, NIGHTLY, Shelf, Ticking, Waiting

DAYS, KEPT = 30, 4


@dataclass
class OnceEmbedder:
    """Asks another, and refuses a text that needs no asking."""

    inner: WordsEmbedder
    fuse: Fuse
    stored: Callable[[str, str], bool]  # embedder's key and text's digest

    @property
    def identity(self) -> EmbedderIdentity:
        return self.inner.identity

    def embed_question(self, question: str) -> Vector:
        return self.inner.embed_question(question)

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        known = [t for t in texts if self.stored(self.identity.key, text_digest(t))]
        assert not known, f"embedded again: {known}"
        assert len(set(texts)) == len(texts)
        return self.fuse.guard(self.inner.embed_passages)(texts)


class YesGate:
    """What the gate decides is tried elsewhere."""

    def sample(self, _candidate: object) -> list[str]:
        return []

    def judge(self, *_: object) -> Verdict:
        return Verdict(passed=True, sentence="")


def prepare(root: Path) -> None:
    """An empty knowledge base that follows a folder of one file."""
    database = Database.open(f"sqlite:///{root / 'colophon.sqlite3'}")
    metadata.create_all(database.engine)
    clock = Ticking()
    with database.write() as connection:
        connection.execute(insert(knowledge_bases).values(id=BASE, name="Base", created_at=clock()))
    database.close()


@dataclass
class World:
    root: Path
    clock: Ticking = field(default_factory=Ticking)
    fuse: Fuse = field(default_factory=Fuse)
    models: list[WordsEmbedder] = field(
        default_factory=lambda: [WordsEmbedder(), TurnedEmbedder(model="turned")]
    )
    source: str = ""

    def __post_init__(self) -> None:
        # One for all of its starts: closing it forgets the connections and keeps what was compiled.
        self.engine = Database.open(f"sqlite:///{self.root / 'colophon.sqlite3'}").engine
        self.open()
        self.source = self.shelf.sources.add(
            BASE, NewSource(str(self.root / "followed"), brake_share=1.0)
        )

    def open(self) -> None:
        """As a start of Colophon does: what a crash left is finished."""
        self.database = FusedDatabase(self.engine, fuse=self.fuse)
        self.dense = FusedVectors(self.root / "vectors", self.fuse)
        self._build(FusedWords(self.root / "words", self.fuse))
        for work in self.shelf.jobs.unfinished():
            self.shelf.waiting.start(work)
        self.shelf.index.sync(BASE)
        self.purge.finish()
        self.reindexing.start_needed()
        self.mend()
        self.work()

    def close(self) -> None:
        self.dense.close()
        self.database.close()

    def restart(self) -> None:
        self.close()
        self.open()

    def dies(self, deed: Callable[[], object], at: int | None) -> bool:
        """Whether the process died at the call of that number; it has come up again then."""
        self.fuse.calls, self.fuse.burns_at = 0, at
        try:
            deed()
        except Crash:
            self.fuse.burns_at = None
            self.restart()
            return True
        finally:
            self.fuse.burns_at = None
        return False

    def work(self) -> None:
        while self.shelf.waiting.works:
            if self.shelf.waiting.works[0].kind == "reindex":
                self._reindex(self.shelf.waiting.works.pop(0).id)
            else:
                self.shelf.work_one()

    def put(self, name: str, text: str) -> None:
        self.shelf.put(name, text)
        self.work()

    def follow(self) -> None:
        self.shelf.starter.start(self.source)
        self.work()

    def reembed(self) -> None:
        """The settings name the other model now."""
        self.models.reverse()
        self.restart()

    def back_to(self, snapshot: str) -> None:
        """Texts that the live embedder never saw are made up for afterwards, as the app does."""
        embedded = [len(each.embedded) for each in self.models]
        self.rollback.to(snapshot)
        assert embedded == [len(each.embedded) for each in self.models]
        self.mend()
        self.work()

    def mend(self) -> None:
        if self.reindex.lacks(BASE):
            self.reindexing.start(BASE)

    def prune(self) -> None:
        self.retention.prune()

    def listing(self) -> dict[str, tuple[str, str]]:
        """Id and text by key of the living documents."""
        query = (
            select(documents.c.key, documents.c.id, chunks.c.text)
            .outerjoin(chunks, chunks.c.version_id == documents.c.live_version_id)
            .outerjoin(visibility, visibility.c.chunk_id == chunks.c.id)
            .where(documents.c.deleted_at.is_(None), visibility.c.died.is_(None))
            .order_by(documents.c.key, chunks.c.ordinal)
        )
        with self.database.read() as connection:
            return {row.key: (row.id, row.text) for row in connection.execute(query.distinct())}

    def listing_at(self, revision: int) -> dict[str, tuple[str, str]]:
        query = (
            select(documents.c.key, documents.c.id, chunks.c.text)
            .join(chunks, chunks.c.document_id == documents.c.id)
            .join(visibility, visibility.c.chunk_id == chunks.c.id)
            .where(shown_at(revision))
        )
        with self.database.read() as connection:
            return {row.key: (row.id, row.text) for row in connection.execute(query)}

    def id_of(self, key: str) -> str:
        return self.listing()[key][0]

    def counts(self) -> Counts:
        with self.database.read() as connection:
            return count_all(connection).get(BASE, Counts())

    def _reindex(self, job: str) -> None:
        try:
            self.reindex.build(job, BASE)
            self.reindex.judge(job, BASE)
            self.reindex.switch(job, BASE)
            self.reindex.tidy(BASE)
        except KnowledgeBaseError as error:
            self.shelf.jobs.fail(job, str(error))

    def _stored(self, embedder: str, digest: str) -> bool:
        query = select(vectors.c.text_sha256).where(
            vectors.c.embedder == embedder, vectors.c.text_sha256 == digest
        )
        with self.database.read() as connection:
            return connection.scalar(query) is not None

    def _build(self, words: FusedWords) -> None:
        database, clock = self.database, self.clock
        waiting, jobs = Waiting(), Jobs(database, clock)
        store = VectorStore(database)
        current, former = (OnceEmbedder(each, self.fuse, self._stored) for each in self.models)
        chunker = Chunker(EstimatedTokens())
        makers = Makers(
            database,
            Maker(chunker, MissingVectors(store, current)),
            Maker(chunker, MissingVectors(store, former)),
        )
        index = Index(Corpus(database), store, words, self.dense, current.identity)
        blobs = FusedBlobs(self.root / "blobs", fuse=self.fuse)
        intake = Intake(database, blobs, jobs, waiting, 1 << 20, new_id)
        removal = Removal(database, index, clock)
        doors = Doors(Sealer(Fernet.generate_key()), Network(), self.root / "sources")
        runs = Runs(database, clock)
        self.snapshots = Snapshots(database, KEPT, new_id, clock)
        self.rollback = Rollback(database, index, self.snapshots, clock)
        self.purge = Purge(database, blobs, index, NoAnswers(), clock)
        self.retention = Retention(index, blobs, self.snapshots, DAYS, clock)
        self.reindex = Reindex(
            index, jobs, makers, YesGate(), self.snapshots, lambda *_: None, lambda: None
        )
        self.reindexing = Reindexing(jobs, waiting, WantedIndex(makers.current), new_id)
        live = LiveEmbedders(database, current, former)
        self.shelf = Shelf(
            database=database,
            embedder=current.inner,
            index=index,
            blobs=blobs,
            jobs=jobs,
            waiting=waiting,
            intake=intake,
            pipeline=Pipeline(database, blobs, jobs, index, makers, PlainParser(blobs), _still),
            removal=removal,
            sources=Sources(database, removal, doors, new_id, clock),
            starter=RunStarter(database, jobs, waiting, Schedule(NIGHTLY), new_id, clock),
            sync=SourceSync(
                database,
                Taking(intake, runs, Refusals(database, clock)),
                removal,
                doors,
                runs,
                lambda base: self.snapshots.take(base, "nightly", "night"),
            ),
            searcher=Searcher(
                index.corpus, index.lexical, index.dense, current, None, 20, live=live
            ),
        )


def new_id() -> str:
    return uuid4().hex


def _still() -> float:
    return 0.0
