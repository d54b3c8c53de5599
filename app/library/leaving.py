"""What of the knowledge bases may leave the site, and the record of what did."""

from collections.abc import Set
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter
from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.people.audit import Audit, Entry
from retrieval.store.database import Database
from retrieval.tables import knowledge_bases

ACTION = "answer.overflow"


@dataclass(frozen=True, slots=True)
class Leaving:
    """Only made where the settings name a second language model."""

    database: Database
    audit: Audit
    left: Counter  # by reason

    @classmethod
    def counted(cls, database: Database, audit: Audit, registry: CollectorRegistry) -> "Leaving":
        left = Counter(
            "colophon_overflows_total",
            "Questions that were handed to the second language model.",
            ("reason",),
            registry=registry,
        )
        return cls(database, audit, left)

    def permit(self, asked_of: Set[str]) -> "Departure | None":
        """`asked_of`: ids of all knowledge bases that the conversation asked so far, and what else
        it read (types.ATTACHED). None where one of these must not leave.
        """
        with self.database.read() as connection:
            may = _all_may(connection, asked_of)
        return Departure(self, frozenset(asked_of)) if may is not None else None


@dataclass(frozen=True, slots=True)
class Departure:
    """retrieval.ports.Permit."""

    leaving: Leaving
    asked_of: frozenset[str]

    def take(self, model: str, reason: str) -> bool:
        leaving = self.leaving
        with leaving.database.write() as connection:
            names = _all_may(connection, self.asked_of)
            if names is None:
                return False
            detail = {"knowledge_bases": ", ".join(names), "reason": reason}
            leaving.audit.record(connection, Entry(ACTION, model, None, detail))
        leaving.left.labels(reason).inc()
        return True


def _all_may(connection: Connection, asked_of: Set[str]) -> list[str] | None:
    """Their names; None unless each of them is a knowledge base that may leave."""
    query = select(knowledge_bases.c.name).where(
        knowledge_bases.c.id.in_(asked_of), knowledge_bases.c.may_leave
    )
    names = sorted(connection.scalars(query))
    return names if names and len(names) == len(asked_of) else None
