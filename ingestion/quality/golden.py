"""Golden questions: questions whose right place is known. What an index must not lose."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any, Final, Literal, Protocol

from sqlalchemy import Row, insert, select

from ingestion.quality.configuration import LIVE, Configuration, ConfiguredSearch
from ingestion.quality.refusing import Chances, Refusals, measure_refusals
from retrieval.errors import Unavailable
from retrieval.history_tables import golden_questions, golden_runs
from retrieval.search.searcher import NO_DENSE, Searcher
from retrieval.store.database import Database
from retrieval.store.live import BuiltWith, built_with
from retrieval.tables import knowledge_bases
from retrieval.types import Found, KnowledgeBaseId, Passage, Scope

FOUND_AMONG = 5  # passages that a reader looks at; what recall counts
DEPTH = 10  # passages that a rank is looked for in

Reason = Literal["manual", "nightly", "model", "restore"]
JUDGED: Final[tuple[Reason, ...]] = ("manual", "nightly")

IS_LIVE: Final = golden_runs.c.configuration == LIVE.label  # as people are answered


class PassageSearch(Protocol):
    def find(self, question: str, scope: Scope, *, limit: int) -> Found:
        """Raises: Invalid for a blank question."""
        ...


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """At least one of `filename` and `phrase`: what a right passage belongs to, or holds."""

    id: str
    question: str
    filename: str | None
    phrase: str | None


@dataclass(frozen=True, slots=True)
class Measured:
    """`ranks` by question: of the first right passage, from 1; None when none was found."""

    ranks: Mapping[str, int | None]
    # Median of a search, embedding included; figures of another day are equal without it.
    milliseconds: float | None = field(default=None, compare=False)

    @property
    def recall(self) -> float:
        """Share found among the first five, 0 to 1."""
        found = [rank for rank in self.ranks.values() if rank is not None and rank <= FOUND_AMONG]
        return len(found) / len(self.ranks)

    @property
    def reciprocal_rank(self) -> float:
        """Mean of 1 / rank over the questions, 0 to 1."""
        return sum(1 / rank for rank in self.ranks.values() if rank) / len(self.ranks)


@dataclass(frozen=True, slots=True)
class Kept:
    """What figures are of."""

    reason: Reason
    made: BuiltWith
    configuration: Configuration = LIVE
    refusals: Refusals | None = None


@dataclass(frozen=True, slots=True)
class GoldenQuestions:
    database: Database
    searcher: Searcher  # of the live indexes
    new_id: Callable[[], str]
    clock: Callable[[], datetime]
    chances: Chances | None = None  # None: who would be refused is not measured

    def run(
        self,
        knowledge_base: KnowledgeBaseId,
        reason: Reason,
        configuration: Configuration = LIVE,
    ) -> Measured | None:
        """Asks the live index and keeps the figures; None without questions.

        Raises: Unavailable when search by meaning does not work now, NotFound when the knowledge
        base is gone.
        """
        questions = self.of(knowledge_base)
        if not questions:
            return None
        searcher = ConfiguredSearch(self.searcher, configuration)
        measured = measure(searcher, knowledge_base, questions)
        with self.database.read() as connection:
            live = built_with(connection, knowledge_base)
        kept = Kept(
            reason,
            live or BuiltWith("", ""),
            configuration,
            self._refusals(knowledge_base, reason, configuration),
        )
        self.keep(knowledge_base, kept, measured)
        return measured

    def _refusals(
        self, knowledge_base: KnowledgeBaseId, reason: Reason, configuration: Configuration
    ) -> Refusals | None:
        """It takes about a second a question, so only when people or the night ask for figures."""
        if self.chances is None or reason not in JUDGED or configuration != LIVE:
            return None
        return measure_refusals(self.database, knowledge_base, self.chances)

    def of(self, knowledge_base: KnowledgeBaseId) -> list[GoldenQuestion]:
        """Those that have a right place, in the order that they were made."""
        query = (
            select(golden_questions)
            .where(golden_questions.c.knowledge_base_id == knowledge_base)
            .where(golden_questions.c.unanswerable.is_(False))
            .order_by(golden_questions.c.created_at, golden_questions.c.id)
        )
        with self.database.read() as connection:
            return [_question(row) for row in connection.execute(query)]

    def newest(
        self, knowledge_base: KnowledgeBaseId, made: BuiltWith | None = None
    ) -> Measured | None:
        """The newest figures of the search that answers; with `made`, of an index built so."""
        query = select(golden_runs.c.results).where(
            golden_runs.c.knowledge_base_id == knowledge_base, IS_LIVE
        )
        if made is not None:
            query = query.where(
                golden_runs.c.embedder == made.embedder, golden_runs.c.chunker == made.chunker
            )
        newest = query.order_by(golden_runs.c.created_at.desc(), golden_runs.c.id).limit(1)
        with self.database.read() as connection:
            results = connection.scalar(newest)
        if not results:
            return None
        return Measured({result["question_id"]: result["rank"] for result in results})

    def keep(self, knowledge_base: KnowledgeBaseId, kept: Kept, measured: Measured) -> None:
        ranks = measured.ranks.items()
        with self.database.write() as connection:
            revision = connection.scalar(
                select(knowledge_bases.c.live_revision).where(
                    knowledge_bases.c.id == knowledge_base
                )
            )
            if revision is None:
                return
            connection.execute(
                insert(golden_runs).values(
                    id=self.new_id(),
                    knowledge_base_id=knowledge_base,
                    revision=revision,
                    embedder=kept.made.embedder,
                    chunker=kept.made.chunker,
                    reason=kept.reason,
                    configuration=kept.configuration.label,
                    refusals=kept.refusals.as_json() if kept.refusals else None,
                    milliseconds=measured.milliseconds,
                    questions=len(ranks),
                    recall=measured.recall,
                    reciprocal_rank=measured.reciprocal_rank,
                    results=[{"question_id": name, "rank": rank} for name, rank in ranks],
                    created_at=self.clock(),
                )
            )


def measure(
    searcher: PassageSearch,
    knowledge_base: KnowledgeBaseId,
    questions: Sequence[GoldenQuestion],
) -> Measured:
    """Asks each question as a reader of this knowledge base alone would.

    Raises: Unavailable when search by meaning took no part: such figures are of half a search.
    """
    scope = Scope(frozenset({knowledge_base}))
    ranks: dict[str, int | None] = {}
    seconds: list[float] = []
    for question in questions:
        found = searcher.find(question.question, scope, limit=DEPTH)
        if NO_DENSE in (found.degraded or ""):
            raise Unavailable(
                "Search by meaning does not work now, so golden questions say nothing. "
                "Please try again when it does."
            )
        ranks[question.id] = _rank(question, found.passages)
        seconds.append(sum(found.seconds.values()))
    return Measured(ranks, round(median(seconds) * 1000, 1))


def is_right(question: GoldenQuestion, passage: Passage) -> bool:
    """The named document, and in it the named words, whatever their case and white space."""
    if question.filename and _plain(question.filename) != _plain(passage.filename):
        return False
    return not question.phrase or holds(passage.chunk.text, question.phrase)


def holds(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text, whatever case, width and white space."""
    return _plain(phrase) in _plain(text)


def _rank(question: GoldenQuestion, passages: Sequence[Passage]) -> int | None:
    ranks = (rank for rank, passage in enumerate(passages, start=1) if is_right(question, passage))
    return next(ranks, None)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _question(row: Row[Any]) -> GoldenQuestion:
    return GoldenQuestion(row.id, row.question, row.filename, row.phrase)
