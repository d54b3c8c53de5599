"""The one composition root: builds every part once and closes it in reverse order."""

import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from argon2 import PasswordHasher
from prometheus_client import CollectorRegistry

from app.answering import AnsweringParts
from app.attachments.opening import FileParts, OpenedFiles, open_files
from app.care.surroundings import Surroundings
from app.clock import utc_now
from app.data_folder import make_data_folder
from app.doctor import Doctor
from app.edge.metrics import HttpMetrics
from app.following import Following, follow_sources
from app.house import House
from app.keeping import Keeping, keep_past
from app.library.alerts_view import AlertsView
from app.library.documents_view import DocumentsView
from app.library.facets import Facets
from app.library.golden_view import GoldenView
from app.library.jobs_view import JobsView
from app.library.pages_view import PagesView
from app.library.reading import Reading
from app.library.run_reports import RunReports
from app.library.sample_library import SampleLibrary
from app.library.shelves import Library
from app.library.snapshots_view import SnapshotsView
from app.library.source_readers import SourceReaders
from app.library.sources_view import SourcesView
from app.library.tags import Tags
from app.migrations import upgrade
from app.models.opening import Models, open_models
from app.parse_limits import parse_limits
from app.people.access import Access
from app.people.accounts import Accounts
from app.people.api_keys import ApiKeys
from app.people.audit import Audit
from app.people.directory import Directory
from app.people.groups import Groups
from app.people.local_key import LocalKey
from app.people.passwords import Passwords
from app.people.sessions import Sessions
from app.people.sign_in import SignIn
from app.people.throttle import Throttle
from app.platform import Platform
from app.rebuilding import Rebuilding, RebuildingParts, StartWhenReady, makers_of
from app.searching import open_searcher, sync_indexes
from app.settings import Settings
from app.tokens import new_id
from app.unanswered.opening import Missed, gather_missed
from ingestion.blobs import Blobs
from ingestion.durable import DurableQueue, Worker
from ingestion.file_parser import FileParser
from ingestion.intake import Intake
from ingestion.jobs import Jobs
from ingestion.page_pictures import PagePictures
from ingestion.parsing.server import ForkServer
from ingestion.pipeline import Pipeline
from ingestion.removal import Removal
from retrieval.dense.chroma import ChromaIndexes
from retrieval.indexes.index import Index
from retrieval.lexical.tantivy import TantivyIndexes
from retrieval.search.searcher import Searcher
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.store.live import live_embedders
from retrieval.store.vectors import VectorStore

DOCUMENTS_AT_A_TIME = 2  # one is parsed while another is embedded
TRIES_PER_ADDRESS = 10  # times as many as per account: an office shares an address


@dataclass(frozen=True, slots=True)
class _Ingestion:
    blobs: Blobs
    pictures: PagePictures
    intake: Intake
    removal: Removal
    following: Following
    keeping: Keeping
    rebuilding: Rebuilding
    missed: Missed
    files: OpenedFiles
    queue: DurableQueue
    worker: Worker


@contextmanager
def open_platform(
    settings: Settings, *, models: Models | None = None, works: bool = True
) -> Iterator[House]:
    """`models` None: those of the settings. `works` False: jobs are taken, others do them.

    Raises: Conflict when another process has the index, Unavailable for the database.
    """
    with ExitStack() as closing:
        make_data_folder(settings.data_dir)
        dense = ChromaIndexes(settings.data_dir / "vectors")
        closing.callback(dense.close)
        lexical = TantivyIndexes(settings.data_dir / "words")
        closing.callback(lexical.close)
        database = Database.open(settings.database_url)
        closing.callback(database.close)
        upgrade(database)
        if models is None:
            in_use = frozenset(live_embedders(database).values())
            models = closing.enter_context(open_models(settings, in_use=in_use))
        index = Index(
            Corpus(database), VectorStore(database), lexical, dense, models.embedder.identity
        )
        sweeping = closing.enter_context(ThreadPoolExecutor(1, "sweep"))
        searcher = open_searcher(settings, index, models, sweeping)
        parts = RebuildingParts(settings, index, searcher, makers_of(index, models), models)
        parsing = closing.enter_context(ForkServer())
        library = _ingestion(parts, parsing, sweeping)
        house = _house(settings, searcher, models, library, index, dense)
        house.platform.groups.ensure_everyone()
        library.queue.open(library.worker, works=works)
        closing.callback(library.queue.close)
        sweeping.submit(sync_indexes, index, searcher.prefilter)
        closing.callback(library.files.reading.close)
        if works:
            closing.callback(_take_up(library, sweeping).stop)
        sweeping.submit(library.keeping.purge.finish)
        yield house


def _take_up(library: _Ingestion, sweeping: Executor) -> StartWhenReady:
    """What the settings ask for, and what the last process left half-done."""
    sweeping.submit(library.files.reading.resume)
    starting = StartWhenReady(library.rebuilding)
    starting.start()
    return starting


def _ingestion(parts: RebuildingParts, parsing: ForkServer, sweeping: Executor) -> _Ingestion:
    settings, index = parts.settings, parts.index
    database = index.corpus.database
    blobs = Blobs(settings.data_dir / "blobs", settings.uploads.reserve_bytes)
    jobs = Jobs(database, utc_now)
    queue = DurableQueue(_queue_url(settings), DOCUMENTS_AT_A_TIME)
    intake = Intake(database, blobs, jobs, queue, settings.uploads.max_bytes, new_id)
    removal = Removal(database, index, utc_now, partial(sweeping.submit, index.let_leave))
    keeping = keep_past(settings, index, blobs)
    rebuilding = parts.opened(queue, keeping.snapshots)
    following = follow_sources(
        settings, intake, removal, keeping.before_changes, rebuilding.noticing
    )
    missed = gather_missed(settings, database, parts.models.embedder)
    current = parts.makers.current
    attached = FileParts(settings, database, blobs, parsing, current, parts.models)
    files = open_files(attached, parts.searcher)
    pipeline = Pipeline(
        database,
        blobs,
        jobs,
        index,
        parts.makers,
        FileParser(blobs, parse_limits(settings), parsing),
        time.monotonic,
    )

    def every_minute() -> None:
        following.every_minute()
        keeping.pruning.look()
        rebuilding.watch.look()
        missed.weekly.look()
        files.forgetting.look()
        jobs.settle()

    pictures = PagePictures(blobs, parse_limits(settings), parsing)
    worker = Worker(jobs, pipeline, following.sync, every_minute, rebuilding.reindex)
    return _Ingestion(
        blobs,
        pictures,
        intake,
        removal,
        following,
        keeping,
        rebuilding,
        missed,
        files,
        queue,
        worker,
    )


def _house(
    settings: Settings,
    searcher: Searcher,
    models: Models,
    library: _Ingestion,
    index: Index,
    dense: ChromaIndexes,
) -> House:
    database, rebuilding = index.corpus.database, library.rebuilding
    passwords = Passwords.create(PasswordHasher())
    audit = Audit(database, utc_now)
    sessions = Sessions(database, utc_now, timedelta(hours=settings.sessions.hours))
    tries, window = settings.sessions.attempts, settings.sessions.window_minutes * 60.0
    shelves = Library(database, audit, utc_now, new_id, rebuilding.wanted.differs)
    documents = DocumentsView(database)
    reading = Reading(database, index.corpus, documents)
    metrics = HttpMetrics.create(CollectorRegistry())
    parts = AnsweringParts(settings, searcher, models, shelves, reading, library.files)
    answering = parts.begun(metrics.registry)
    local_key = LocalKey.fresh(database)
    makers = rebuilding.reindex.makers
    keeping = library.keeping
    sealer = library.following.sources.doors.sealer
    overflow = settings.models.overflow
    around = Surroundings(database, sealer, library.blobs, dense, overflow)
    doctor = Doctor(database, index.corpus, index, makers, models.status, keeping.checks, around)
    platform = Platform(
        settings=settings,
        database=database,
        metrics=metrics,
        audit=audit,
        sessions=sessions,
        api_keys=ApiKeys(database, audit, utc_now),
        accounts=Accounts(database, passwords, audit, utc_now),
        directory=Directory(database, utc_now),
        groups=Groups(database, audit, utc_now),
        access=Access(database),
        sign_in=SignIn(
            database,
            passwords,
            sessions,
            audit,
            per_account=Throttle(tries, window, time.monotonic),
            per_address=Throttle(tries * TRIES_PER_ADDRESS, window, time.monotonic),
        ),
        model_status=models.status,
        doctor=doctor,
        local_key=local_key,
        library=shelves,
        documents=documents,
        tags=Tags(database, audit),
        facets=Facets(database),
        reading=reading,
        pages=PagesView(reading, library.pictures),
        jobs=JobsView(database),
        sources_view=SourcesView(database, library.following.starter.schedule),
        conversations=answering.conversations,
        turns=answering.turns,
        recall=answering.recall,
        asking=answering.asking,
        attachments=library.files.files,
        openai=answering.openai,
        explaining=answering.explaining,
        unanswered=library.missed.view,
        complaints=library.missed.complaints(reading),
        searcher=searcher,
        golden=GoldenView(database, audit, utc_now, new_id),
        golden_asking=rebuilding.golden,
        reindexing=rebuilding,
        uploads=library.intake,
        removals=library.removal,
        sources=library.following.sources,
        source_runs=library.following.starter,
        source_readers=SourceReaders(database),
        run_reports=RunReports(database),
        alerts=AlertsView(database),
        alert_test=library.following.alerts,
        blobs=library.blobs,
        snapshots=keeping.snapshots,
        snapshots_view=SnapshotsView(database),
        rollback=keeping.rollback,
        purge=keeping.purge,
        gone=keeping.gone,
    )
    samples = SampleLibrary(database, library.intake, utc_now, new_id)
    return House(platform, models, samples)


def _queue_url(settings: Settings) -> str:
    """DBOS keeps its own tables: beside ours on PostgreSQL, in a file of its own on SQLite."""
    if settings.database_url.startswith("sqlite"):
        return f"sqlite:///{settings.data_dir / 'jobs.sqlite3'}"
    return settings.database_url
