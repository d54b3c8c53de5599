"""Jobs as the admins' list shows them."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select

from app.shapes.base import Page
from app.shapes.library import JobOut
from retrieval.errors import NotFound
from retrieval.store.database import Database
from retrieval.tables import jobs

JobState = Literal["queued", "running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class JobsView:
    database: Database

    def page(
        self, *, state: JobState | None, knowledge_base: str | None, limit: int, offset: int
    ) -> Page[JobOut]:
        """Newest first."""
        query = select(jobs)
        if state is not None:
            query = query.where(jobs.c.state == state)
        if knowledge_base is not None:
            query = query.where(jobs.c.knowledge_base_id == knowledge_base)
        newest = query.order_by(jobs.c.created_at.desc(), jobs.c.id)
        with self.database.read() as connection:
            total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
            rows = connection.execute(newest.limit(limit).offset(offset))
            items = [JobOut.model_validate(row) for row in rows]
        return Page[JobOut](items=items, total=total)

    def unfinished(self) -> int:
        """How many wait or run."""
        query = select(func.count()).where(jobs.c.state.in_(["queued", "running"]))
        with self.database.read() as connection:
            return connection.scalar(query) or 0

    def get(self, job: str) -> JobOut:
        """Raises: NotFound."""
        with self.database.read() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == job)).one_or_none()
        if row is None:
            raise NotFound("There is no such job.")
        return JobOut.model_validate(row)

    def newest_of(self, document: str) -> JobOut | None:
        query = (
            select(jobs)
            .where(jobs.c.document_id == document)
            .order_by(jobs.c.created_at.desc(), jobs.c.id)
            .limit(1)
        )
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
        return JobOut.model_validate(row) if row is not None else None
