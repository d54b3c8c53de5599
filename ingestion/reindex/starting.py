"""Starts a re-index: by itself where the settings ask for another index, or when an admin does."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from ingestion import records
from ingestion.intake import Starter
from ingestion.jobs import FAILED, QUEUED, RUNNING, Jobs, Work
from ingestion.reindex.wanted import WantedIndex
from ingestion.reindex.work import REFUSED, mark
from retrieval.errors import Conflict
from retrieval.ports import EmbedderIdentity
from retrieval.store.live import BuiltWith, built_with
from retrieval.tables import jobs as jobs_table
from retrieval.tables import knowledge_bases
from retrieval.types import KnowledgeBaseId

KIND = "reindex"


@dataclass(frozen=True, slots=True)
class Reindexing:
    jobs: Jobs
    starter: Starter
    wanted: WantedIndex
    new_id: Callable[[], str]

    def start(self, knowledge_base: KnowledgeBaseId) -> str:
        """The job's id; that of the one on its way, if there is one.

        With nothing to exchange it computes vectors that are missing, as after a rollback to texts
        that this embedder never saw. Raises: NotFound, Conflict before the first document,
        Unavailable while the embedder loads.
        """
        wanted = self.wanted.now()
        with self.jobs.database.write() as connection:
            records.require_knowledge_base(connection, knowledge_base)
            if built_with(connection, knowledge_base) is None:
                raise Conflict("This knowledge base holds no documents yet, so it has no index.")
            running = _unfinished(connection, knowledge_base, wanted)
            if running is not None:
                return running
            job = f"{self.new_id()}-{mark(wanted)}"
            work = Work(job, KIND, knowledge_base, _label(wanted))
            self.jobs.create(connection, work)
        self.starter.start(work)
        return work.id

    def start_needed(self) -> list[KnowledgeBaseId]:
        """Where the live index is not what the settings ask for; returns these.

        What the gate refused is not tried again by itself: it would be refused each time.
        Raises: Unavailable while the embedder loads.
        """
        wanted = self.wanted.now()
        with self.jobs.database.read() as connection:
            needed = [
                name
                for name in _all(connection)
                if built_with(connection, name) not in (None, wanted)
                and not _was_refused(connection, name, wanted)
            ]
        for name in needed:
            self.start(name)
        return needed


def _all(connection: Connection) -> list[KnowledgeBaseId]:
    query = select(knowledge_bases.c.id).order_by(knowledge_bases.c.name)
    return [KnowledgeBaseId(name) for name in connection.scalars(query)]


def _tries(knowledge_base: KnowledgeBaseId, wanted: BuiltWith) -> Select[tuple[str, str, str]]:
    """Newest first."""
    return (
        select(jobs_table.c.id, jobs_table.c.state, jobs_table.c.stage)
        .where(
            jobs_table.c.kind == KIND,
            jobs_table.c.knowledge_base_id == knowledge_base,
            jobs_table.c.id.endswith(mark(wanted)),
        )
        .order_by(jobs_table.c.created_at.desc(), jobs_table.c.id)
        .limit(1)
    )


def _unfinished(
    connection: Connection, knowledge_base: KnowledgeBaseId, wanted: BuiltWith
) -> str | None:
    row = connection.execute(_tries(knowledge_base, wanted)).one_or_none()
    return row.id if row is not None and row.state in {QUEUED, RUNNING} else None


def _was_refused(
    connection: Connection, knowledge_base: KnowledgeBaseId, wanted: BuiltWith
) -> bool:
    """Whether the newest try for the same models ended at the gate."""
    row = connection.execute(_tries(knowledge_base, wanted)).one_or_none()
    return row is not None and (row.state, row.stage) == (FAILED, REFUSED)


def _label(wanted: BuiltWith) -> str:
    return f"{EmbedderIdentity.from_key(wanted.embedder).model}, {wanted.chunker}"
