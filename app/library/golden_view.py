"""Golden questions as administrators keep them, and the figures of their runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from app.clock import Clock
from app.people.audit import Audit, Entry
from app.people.user import User
from app.ports import NewId
from app.shapes.history import (
    GoldenQuestionIn,
    GoldenQuestionOut,
    GoldenResultOut,
    GoldenRunDetailOut,
    GoldenRunOut,
)
from ingestion.quality.golden import IS_LIVE
from retrieval.errors import Conflict, Invalid, NotFound
from retrieval.history_tables import golden_questions, golden_runs
from retrieval.store.database import Database
from retrieval.tables import knowledge_bases

MOST = 1000  # of one knowledge base: a run asks each of them
SHOWN_RUNS = 100


@dataclass(frozen=True, slots=True)
class GoldenView:
    database: Database
    audit: Audit
    clock: Clock
    new_id: NewId

    def of(self, knowledge_base: str) -> list[GoldenQuestionOut]:
        """In the order that they were made, with their rank in the last run. Raises: NotFound."""
        with self.database.read() as connection:
            _require(connection, knowledge_base)
            return _listed(connection, knowledge_base)

    def add(
        self, actor: User, knowledge_base: str, given: Sequence[GoldenQuestionIn]
    ) -> list[GoldenQuestionOut]:
        """All of them or none. Raises: NotFound, Invalid for one that names no right place."""
        _refuse_wrong_places(given)
        created = [self.new_id() for _ in given]
        with self.database.write() as connection:
            name = _require(connection, knowledge_base)
            there = _listed(connection, knowledge_base)
            if len(there) + len(given) > MOST:
                raise Conflict(f"A knowledge base can have {MOST:,} golden questions at most.")
            if given:
                rows = [
                    {
                        "id": question_id,
                        "knowledge_base_id": knowledge_base,
                        "created_at": self.clock(),
                        **question.model_dump(),
                    }
                    for question_id, question in zip(created, given, strict=True)
                ]
                connection.execute(insert(golden_questions), rows)
            detail = {"questions": str(len(given))}
            self.audit.record(connection, Entry("golden_question.add", name, actor, detail))
            after = {question.id: question for question in _listed(connection, knowledge_base)}
        return [after[question_id] for question_id in created]

    def remove(self, actor: User, question: str) -> None:
        """Raises: NotFound."""
        this = golden_questions.c.id == question
        with self.database.write() as connection:
            row = connection.execute(select(golden_questions).where(this)).one_or_none()
            if row is None:
                raise NotFound("There is no such golden question.")
            connection.execute(delete(golden_questions).where(this))
            name = _require(connection, row.knowledge_base_id)
            detail = {"question": row.question[:200]}
            self.audit.record(connection, Entry("golden_question.delete", name, actor, detail))

    def runs(self, knowledge_base: str) -> list[GoldenRunOut]:
        """Newest first. Raises: NotFound."""
        query = (
            select(golden_runs)
            .where(golden_runs.c.knowledge_base_id == knowledge_base)
            .order_by(golden_runs.c.created_at.desc(), golden_runs.c.id)
            .limit(SHOWN_RUNS)
        )
        with self.database.read() as connection:
            _require(connection, knowledge_base)
            return [GoldenRunOut.model_validate(row) for row in connection.execute(query)]

    def run(self, run: str) -> GoldenRunDetailOut:
        """Questions that were removed since are left out. Raises: NotFound."""
        query = select(golden_runs).where(golden_runs.c.id == run)
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                raise NotFound("There is no such run.")
            kept = {each.id: each for each in _listed(connection, row.knowledge_base_id)}
        results = [
            GoldenResultOut(
                question_id=question.id,
                question=question.question,
                filename=question.filename,
                phrase=question.phrase,
                rank=result["rank"],
            )
            for result in row.results
            if (question := kept.get(result["question_id"])) is not None
        ]
        return GoldenRunDetailOut.model_validate(dict(row._mapping) | {"results": results})


def _refuse_wrong_places(given: Sequence[GoldenQuestionIn]) -> None:
    for question in given:
        placed = bool(question.filename or question.phrase)
        if question.unanswerable and placed:
            raise Invalid("A question that must be refused has no right file and no right phrase.")
        if not (question.unanswerable or placed):
            raise Invalid("A golden question needs a file name, a phrase, or both.")


def _require(connection: Connection, knowledge_base: str) -> str:
    """Its name. Raises: NotFound."""
    query = select(knowledge_bases.c.name).where(knowledge_bases.c.id == knowledge_base)
    name: str | None = connection.scalar(query)
    if name is None:
        raise NotFound("There is no such knowledge base.")
    return name


def _listed(connection: Connection, knowledge_base: str) -> list[GoldenQuestionOut]:
    last = (
        select(golden_runs.c.results)
        .where(golden_runs.c.knowledge_base_id == knowledge_base, IS_LIVE)
        .order_by(golden_runs.c.created_at.desc(), golden_runs.c.id)
        .limit(1)
    )
    results = connection.scalar(last) or []
    ranks = {result["question_id"]: result["rank"] for result in results}
    query = (
        select(golden_questions)
        .where(golden_questions.c.knowledge_base_id == knowledge_base)
        .order_by(golden_questions.c.created_at, golden_questions.c.id)
    )
    return [
        GoldenQuestionOut(
            id=row.id,
            knowledge_base_id=row.knowledge_base_id,
            question=row.question,
            filename=row.filename,
            phrase=row.phrase,
            unanswerable=row.unanswerable,
            rank=ranks.get(row.id),
            created_at=row.created_at,
        )
        for row in connection.execute(query)
    ]
