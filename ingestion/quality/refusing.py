"""Which golden questions would be refused: those that must be, and those that must not."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

from sqlalchemy import select
from sqlalchemy.engine import Connection

from retrieval.answers import Policy
from retrieval.history_tables import golden_questions
from retrieval.store.database import Database
from retrieval.tables import knowledge_bases
from retrieval.types import KnowledgeBaseId, Scope

MOST: Final = 100  # questions of each kind that are judged: each takes about a second


class Chances(Protocol):
    def of(self, question: str, scope: Scope) -> float:
        """That the sources answer, 0 to 1. Raises: Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Refusals:
    """Counts at the threshold of that day; the chances by question tell of any other.

    Of at most `MOST` questions of each kind.
    """

    refuse_below: float
    answerable: int
    wrongly_refused: int  # of these
    unanswerable: int
    rightly_refused: int  # of these
    chances: Mapping[str, float]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Asked:
    id: str
    question: str
    unanswerable: bool


def measure_refusals(
    database: Database, knowledge_base: KnowledgeBaseId, chances: Chances
) -> Refusals:
    """Raises: Unavailable."""
    with database.read() as connection:
        asked = _asked(connection, knowledge_base)
        below = _threshold(connection, knowledge_base)
    scope = Scope(frozenset({knowledge_base}))
    found = {one.id: round(chances.of(one.question, scope), 4) for one in asked}
    refused = {one.id for one in asked if found[one.id] < below}
    unanswerable = {one.id for one in asked if one.unanswerable}
    return Refusals(
        refuse_below=below,
        answerable=len(asked) - len(unanswerable),
        wrongly_refused=len(refused - unanswerable),
        unanswerable=len(unanswerable),
        rightly_refused=len(refused & unanswerable),
        chances=found,
    )


def _asked(connection: Connection, knowledge_base: KnowledgeBaseId) -> Sequence[_Asked]:
    query = select(golden_questions).where(golden_questions.c.knowledge_base_id == knowledge_base)
    ordered = query.order_by(golden_questions.c.created_at, golden_questions.c.id)
    asked = [_Asked(row.id, row.question, row.unanswerable) for row in connection.execute(ordered)]
    must, must_not = ([one for one in asked if one.unanswerable is kind] for kind in (True, False))
    return [*_spread(must), *_spread(must_not)]


def _spread(asked: Sequence[_Asked]) -> Sequence[_Asked]:
    """At most `MOST` of them, always the same ones, old and new."""
    return asked[:: max(1, -(-len(asked) // MOST))]


def _threshold(connection: Connection, knowledge_base: KnowledgeBaseId) -> float:
    query = select(knowledge_bases.c.refuse_below).where(knowledge_bases.c.id == knowledge_base)
    own: float | None = connection.scalar(query)
    return Policy().refuse_below if own is None else own
