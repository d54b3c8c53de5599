"""Durable workflows on DBOS: a job that was started is finished, through crashes and restarts.

Steps run at least once, so every step is harmless when it runs again (see `pipeline.py`).
"""

from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType

from dbos import DBOS, DBOSConfig, SetWorkflowID
from dbos import error as dbos_errors

from ingestion.jobs import Jobs, Work
from ingestion.pipeline import Pipeline
from ingestion.reindex.work import Reindex
from ingestion.sources.sync import SourceSync
from retrieval.errors import KnowledgeBaseError, Overloaded, StorageFailed, Unavailable
from retrieval.storage import storage_errors_told, storage_failure
from retrieval.types import KnowledgeBaseId, VersionId

QUEUE = "ingestion"
SYNC_QUEUE = "sources"  # of its own: a site that is slow to list must not keep an upload waiting
SYNCS_AT_A_TIME = 2
REINDEX_QUEUE = "reindex"  # hours of work: uploads go on beside it
GRACE_SECONDS = 3.0  # that questions get, which began before another index took over
TICK = "tick"
EVERY_MINUTE = "* * * * *"
WORKS = ["ingest_document", "sync_source", "reindex"]  # names of workflows
KEPT = timedelta(hours=1)  # that DBOS keeps what it wrote down of a workflow
FORGOTTEN = 500  # workflows, each minute
# Pinned: DBOS recovers only what the same executor and version left behind, and derives a
# version from the source code otherwise, so any change of code would strand pending work.
EXECUTOR, APPLICATION_VERSION = "colophon", "1"
NO_ANSWER = "The embedding model did not answer for a long time. Please try again."
UNEXPECTED = "Something went wrong inside Colophon. The log has the details; please try again."


@dataclass(frozen=True, slots=True)
class _FailuresTold:
    """No job ends without a word: an expected failure says its sentence, a bug is logged."""

    jobs: Jobs
    job: str

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        """True for what was expected; everything else goes on to DBOS and into the log."""
        match error:
            case KnowledgeBaseError():
                self.jobs.fail(self.job, str(error))
                return True
            case dbos_errors.DBOSMaxStepRetriesExceeded():
                self.jobs.fail(self.job, NO_ANSWER)
                return True
            case Exception():
                # Of our own steps, or of DBOS, which writes down what they returned.
                self.jobs.fail(self.job, str(storage_failure(error) or UNEXPECTED))
        return False


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, (Unavailable, Overloaded))


@dataclass(frozen=True, slots=True)
class Worker:
    """What the workflows do their work with."""

    jobs: Jobs
    pipeline: Pipeline
    sync: SourceSync
    every_minute: Callable[[], object]
    reindex: Reindex


@dataclass(slots=True)
class DurableQueue:
    """A Starter. `open` once per process; DBOS allows one instance."""

    database_url: str  # of DBOS' own system database
    concurrency: int  # documents at a time
    _workflows: dict[str, Callable[..., None]] = field(default_factory=dict)
    _jobs: Jobs | None = None  # of the worker that was opened

    def open(self, worker: Worker, *, works: bool) -> None:
        """Recovers what was interrupted and begins to work; `works` False only takes jobs."""
        config: DBOSConfig = {
            "name": "colophon",
            "system_database_url": self.database_url,
            "executor_id": EXECUTOR,
            "application_version": APPLICATION_VERSION,
            "log_level": "ERROR",
            "enable_otlp": False,
        }
        DBOS(config=config)
        self._workflows.update(_register(worker))
        self._jobs = worker.jobs
        DBOS.listen_queues([QUEUE, SYNC_QUEUE, REINDEX_QUEUE] if works else [])
        DBOS.launch()
        # As many small documents a second as are worked on at a time, times the looks a second: ten
        # looks cost 4 % of a core while nothing waits, twenty 6 %.
        DBOS.register_queue(QUEUE, worker_concurrency=self.concurrency, polling_interval_sec=0.1)
        DBOS.register_queue(
            SYNC_QUEUE, worker_concurrency=SYNCS_AT_A_TIME, polling_interval_sec=0.5
        )
        DBOS.register_queue(REINDEX_QUEUE, worker_concurrency=1, polling_interval_sec=0.5)
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": TICK,
                    "workflow_fn": self._workflows["tick"],
                    "schedule": EVERY_MINUTE,
                }
            ]
        )
        for work in worker.jobs.unfinished():
            self.start(work)

    def start(self, work: Work) -> None:
        """Enqueues the work; a second call with the same id does nothing.

        Raises: StorageFull, StorageFailed by the disk; then the job has failed.
        """
        # NOTE: a sync starts works from inside its own step, where DBOS refuses to enqueue. In an
        # empty context it does not see the step; the id keeps a repeated step harmless.
        try:
            with storage_errors_told():
                Context().run(self._enqueue, work)
        except StorageFailed as error:
            if self._jobs is not None:
                self._jobs.fail(work.id, str(error))
            raise

    def _enqueue(self, work: Work) -> None:
        queue, argument = {
            "ingest": (QUEUE, work.version),
            "sync": (SYNC_QUEUE, work.source),
            "reindex": (REINDEX_QUEUE, work.knowledge_base),
        }[work.kind]
        with SetWorkflowID(work.id):
            DBOS.enqueue_workflow(queue, self._workflows[work.kind], work.id, argument)

    def close(self) -> None:
        """Waits for the steps in flight; the rest goes on at the next start."""
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=5)
        self._workflows.clear()


def _register(worker: Worker) -> dict[str, Callable[..., None]]:
    """At opening, not at import, so that a process can open more than one in turn."""
    return {
        "ingest": _ingest_document(worker.jobs, worker.pipeline),
        "sync": _sync_source(worker.jobs, worker.sync),
        "reindex": _reindex(worker.jobs, worker.reindex),
        "tick": _tick(worker.every_minute),
    }


def _ingest_document(jobs: Jobs, pipeline: Pipeline) -> Callable[..., None]:
    @DBOS.step(name="parse")
    def parse(job: str, version: str) -> None:
        pipeline.parse(job, VersionId(version))

    @_patient_step("embed")
    def embed(job: str, version: str) -> None:
        pipeline.embed(job, VersionId(version))

    @_patient_step("commit")
    def commit(job: str, version: str) -> None:
        pipeline.commit(job, VersionId(version))

    @DBOS.workflow(name="ingest_document", max_recovery_attempts=100)
    def ingest_document(job: str, version: str) -> None:
        with _FailuresTold(jobs, job):
            parse(job, version)
            embed(job, version)
            commit(job, version)

    return ingest_document


def _patient_step(
    name: str,
) -> Callable[[Callable[[str, str], None]], Callable[[str, str], None]]:
    """Waits 1 s at first and 50 minutes in all: a model that loads is worth waiting for."""
    return DBOS.step(
        name=name,
        retries_allowed=True,
        max_attempts=30,
        interval_seconds=1.0,
        backoff_rate=1.25,
        should_retry=_is_transient,
    )


def _sync_source(jobs: Jobs, sync: SourceSync) -> Callable[..., None]:
    @DBOS.step(name="sync")
    def run_sync(job: str, source: str) -> None:
        jobs.advance(job, "syncing", 0, 0)
        sync.run(source, job, partial(jobs.advance, job, "syncing"))
        with jobs.database.write() as connection:
            jobs.finish(connection, job)

    @DBOS.workflow(name="sync_source", max_recovery_attempts=100)
    def sync_source(job: str, source: str) -> None:
        with _FailuresTold(jobs, job):
            run_sync(job, source)

    return sync_source


def _reindex(jobs: Jobs, work: Reindex) -> Callable[..., None]:
    @_patient_step("build")
    def build(job: str, knowledge_base: str) -> None:
        work.build(job, KnowledgeBaseId(knowledge_base))

    @_patient_step("judge")
    def judge(job: str, knowledge_base: str) -> None:
        work.judge(job, KnowledgeBaseId(knowledge_base))

    @_patient_step("switch")
    def switch(job: str, knowledge_base: str) -> None:
        work.switch(job, KnowledgeBaseId(knowledge_base))

    @_patient_step("tidy")
    def tidy(_job: str, knowledge_base: str) -> None:
        work.tidy(KnowledgeBaseId(knowledge_base))

    @DBOS.workflow(name="reindex", max_recovery_attempts=100)
    def reindex(job: str, knowledge_base: str) -> None:
        with _FailuresTold(jobs, job):
            build(job, knowledge_base)
            judge(job, knowledge_base)
            switch(job, knowledge_base)
            DBOS.sleep(GRACE_SECONDS)
            tidy(job, knowledge_base)

    return reindex


def _tick(every_minute: Callable[[], object]) -> Callable[..., None]:
    @DBOS.step(name="every_minute")
    def look() -> None:
        every_minute()

    @DBOS.workflow(name="tick", max_recovery_attempts=1)
    def tick(scheduled: datetime, _context: object) -> None:
        look()
        forget_ended(scheduled - KEPT)

    return tick


def forget_ended(before: datetime) -> None:
    """What DBOS wrote down of work that ended before that, some at a time: `jobs` says how it
    ended, and the errors of its steps name files that may have been purged.
    """
    moment = before.astimezone(UTC).isoformat()
    listed = partial(DBOS.list_workflows, limit=FORGOTTEN, load_input=False, load_output=False)
    old = [*listed(name=TICK, end_time=moment), *listed(name=WORKS, completed_before=moment)]
    DBOS.delete_workflows([workflow.workflow_id for workflow in old])
