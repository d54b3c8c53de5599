"""After a source's run that changed something, its golden questions are asked again.

Looks at what is, every minute: what a crash left undone is done at the next look.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from ingestion.jobs import QUEUED, RUNNING
from ingestion.quality.golden import IS_LIVE, GoldenQuestions
from retrieval.errors import KnowledgeBaseError
from retrieval.history_tables import golden_questions, golden_runs
from retrieval.tables import jobs, knowledge_bases, source_runs, sources
from retrieval.types import KnowledgeBaseId

UNKNOWN = "Something went wrong inside Colophon; its log has the details."


@dataclass(slots=True)
class Unasked:
    """A knowledge base whose questions are due and were not asked yet."""

    since: datetime  # the first try
    reason: str = UNKNOWN  # of the last one


@dataclass(frozen=True, slots=True)
class GoldenWatch:
    golden: GoldenQuestions
    unasked: dict[KnowledgeBaseId, Unasked] = field(default_factory=dict)
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> None:
        """A run may last longer than a minute: then the next look does nothing."""
        if not self._asking.acquire(blocking=False):
            return
        try:
            due = self._changed()
            for settled in self.unasked.keys() - set(due):
                del self.unasked[settled]
            for knowledge_base in due:
                self._ask(knowledge_base)
        finally:
            self._asking.release()

    def _ask(self, knowledge_base: KnowledgeBaseId) -> None:
        """What fails is tried again at the next look: a model may load."""
        tried = self.unasked.setdefault(knowledge_base, Unasked(self.golden.clock()))
        try:
            self.golden.run(knowledge_base, "nightly")
        except KnowledgeBaseError as error:
            tried.reason = str(error)
        else:
            del self.unasked[knowledge_base]

    def _changed(self) -> list[KnowledgeBaseId]:
        """Those with golden questions and a run since they were asked, all its documents done."""
        base = knowledge_bases.c.id
        asked = exists().where(
            golden_questions.c.knowledge_base_id == base,
            golden_questions.c.unanswerable.is_(False),
        )
        busy = exists().where(jobs.c.knowledge_base_id == base, jobs.c.state.in_([QUEUED, RUNNING]))
        last = (
            select(func.max(golden_runs.c.created_at))
            .where(golden_runs.c.knowledge_base_id == base, IS_LIVE)
            .correlate(knowledge_bases)
            .scalar_subquery()
        )
        since = last.is_(None) | (source_runs.c.finished_at > last)
        ran = (
            exists()
            .where(sources.c.knowledge_base_id == base, source_runs.c.source_id == sources.c.id)
            .where(_changed_something(), source_runs.c.finished_at.is_not(None), since)
        )
        query = select(base).where(asked, ran, ~busy).order_by(base)
        with self.golden.database.read() as connection:
            return [KnowledgeBaseId(name) for name in connection.scalars(query)]


def _changed_something() -> ColumnElement[bool]:
    changed = source_runs.c.added + source_runs.c.changed + source_runs.c.removed
    return (changed > 0) & source_runs.c.dry_run.is_(False)
