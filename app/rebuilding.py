"""The part of the composition root that exchanges indexes: golden questions, gate, re-index."""

import threading
from dataclasses import dataclass, field

import structlog

from app.answers.chances import AnswerChances
from app.answers.limits import answer_limits
from app.clock import utc_now
from app.models.client import unhurried
from app.models.opening import Models
from app.people.audit import Audit, Entry
from app.settings import Settings
from app.tokens import new_id
from ingestion.chunking import Chunker
from ingestion.embedding import MissingVectors
from ingestion.history.snapshots import Snapshots
from ingestion.intake import Starter
from ingestion.jobs import Jobs
from ingestion.making import Maker, Makers
from ingestion.quality.gate import Gate
from ingestion.quality.golden import GoldenQuestions
from ingestion.quality.noticing import GoldenNoticing
from ingestion.quality.watch import GoldenWatch
from ingestion.reindex.starting import Reindexing
from ingestion.reindex.wanted import WantedIndex
from ingestion.reindex.work import Reindex
from retrieval.answer.answerer import Answerer
from retrieval.errors import Unavailable
from retrieval.indexes.index import Index
from retrieval.search.searcher import Searcher
from retrieval.store.live import live_embedders
from retrieval.types import KnowledgeBaseId

log = structlog.get_logger()

ASK_SECONDS = 2.0  # between two looks at an embedder that loads


@dataclass(frozen=True, slots=True)
class Rebuilding:
    golden: GoldenQuestions
    watch: GoldenWatch
    noticing: GoldenNoticing
    wanted: WantedIndex
    reindex: Reindex
    reindexing: Reindexing

    def start(self, knowledge_base: KnowledgeBaseId) -> str:
        """The id of the job. Raises: NotFound, Conflict without documents, Unavailable."""
        return self.reindexing.start(knowledge_base)

    def mend(self, knowledge_base: KnowledgeBaseId) -> None:
        """After a rollback: what the live embedder never saw, or another chunker cut, is made in
        the background. While the embedder loads, the doctor tells of it instead.
        """
        try:
            if self.reindex.lacks(knowledge_base):
                self.reindexing.start(knowledge_base)
        except Unavailable as error:
            log.warning("what was rolled back is not indexed again", reason=str(error))


@dataclass(slots=True)
class StartWhenReady:
    """At a start: waits for the embedder, then begins what the settings ask for, once."""

    rebuilding: Rebuilding
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._wait, name="reindex", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _wait(self) -> None:
        while not self._stopping.is_set():
            try:
                started = self.rebuilding.reindexing.start_needed()
                self.rebuilding.reindex.tidy_settled()
            except Unavailable:
                self._stopping.wait(ASK_SECONDS)
                continue
            if started:
                log.info("another embedder or chunker: indexing again", knowledge_bases=started)
            return


def makers_of(index: Index, models: Models) -> Makers:
    """Of the current embedder and, while a live index needs it, of the former one."""
    store, former = index.vectors, models.former
    return Makers(
        index.corpus.database,
        Maker(Chunker(models.tokens), MissingVectors(store, unhurried(models.embedder))),
        Maker(Chunker(former.tokens), MissingVectors(store, unhurried(former.embedder)))
        if former
        else None,
    )


@dataclass(frozen=True, slots=True)
class RebuildingParts:
    """Everything but the queue that the jobs are handed to."""

    settings: Settings
    index: Index
    searcher: Searcher
    makers: Makers
    models: Models

    def opened(self, queue: Starter, snapshots: Snapshots) -> Rebuilding:
        database = self.index.corpus.database
        jobs = Jobs(database, utc_now)
        models, limits = self.models, answer_limits(self.settings)
        answerer = Answerer(self.searcher, models.generator, models.embedder, limits)
        chances = AnswerChances(answerer)
        golden = GoldenQuestions(database, self.searcher, new_id, utc_now, chances)
        wanted = WantedIndex(self.makers.current)
        reindex = Reindex(
            index=self.index,
            jobs=jobs,
            makers=self.makers,
            gate=Gate(golden, self.searcher, self.settings.quality.margin),
            snapshots=snapshots,
            tell=self._record,
            let_go=self._let_go,
        )
        watch = GoldenWatch(golden)
        return Rebuilding(
            golden=golden,
            watch=watch,
            noticing=GoldenNoticing(self.settings.quality.margin, watch.unasked),
            wanted=wanted,
            reindex=reindex,
            reindexing=Reindexing(jobs, queue, wanted, new_id),
        )

    def _record(self, knowledge_base: KnowledgeBaseId, sentence: str) -> None:
        found = self.index.corpus.knowledge_base(knowledge_base)
        if found is not None:
            audit = Audit(self.index.corpus.database, utc_now)
            audit.note(Entry("knowledge_base.judge", found.name, None, {"verdict": sentence}))

    def _let_go(self) -> None:
        """The engine of the former embedder, when no live index is built with it any more."""
        former, used = self.models.former, live_embedders(self.index.corpus.database).values()
        if former is not None and former.embedder.identity.key not in used:
            former.stop()
