"""The groups as administrators see them. The words are read where they were asked, each time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, select, update
from sqlalchemy.engine import Connection

from app.clock import Clock
from app.people.audit import Audit, Entry
from app.people.user import User
from app.shapes.quality import ConcernedOut, UnansweredGroupOut, UnansweredOut
from app.tables import users
from app.unanswered import turns
from app.unanswered.names import without_names
from app.unanswered.turns import Unanswered
from app.unanswered.weekly import Grouping
from retrieval.errors import NotFound
from retrieval.history_tables import unanswered_groups
from retrieval.store.database import Database
from retrieval.tables import knowledge_bases
from retrieval.types import Scope

EXAMPLES: Final = 5
CUT: Final = 300  # characters of a question that are shown


@dataclass(frozen=True, slots=True)
class UnansweredView:
    database: Database
    grouping: Grouping
    audit: Audit
    clock: Clock

    def of(self, knowledge_base: str, scope: Scope) -> UnansweredOut:
        """Groups near this knowledge base, and those that are near none."""
        query = select(unanswered_groups).order_by(unanswered_groups.c.week.desc())
        with self.database.read() as connection:
            rows = connection.execute(query).all()
            near = [r for r in rows if not r.knowledge_base_ids or knowledge_base in _ids(r, scope)]
            found = turns.of(connection, [turn for row in near for turn in row.turn_ids])
            names = _names(connection)
            bases = _bases(connection, scope)
        groups = [
            _group_out(row, living, names, bases)
            for row in near
            if (living := [found[turn] for turn in row.turn_ids if turn in found])
        ]
        groups.sort(key=lambda group: group.count, reverse=True)
        groups.sort(key=lambda group: group.week, reverse=True)
        newest = max((row.created_at for row in rows), default=None)
        return UnansweredOut(groups=groups, grouped_at=newest)

    def group_now(self, actor: User) -> None:
        """Raises: Unavailable, Overloaded while the embedder cannot be asked."""
        count = self.grouping.group()
        self.audit.note(Entry("unanswered.group", f"{count} groups", actor))

    def dismiss(self, actor: User, group: str) -> None:
        """Raises: NotFound."""
        this = unanswered_groups.c.id == group
        with self.database.write() as connection:
            week = connection.scalar(select(unanswered_groups.c.week).where(this))
            if week is None:
                raise NotFound("These questions were grouped anew meanwhile. Look again.")
            connection.execute(
                update(unanswered_groups).where(this).values(dismissed_at=self.clock())
            )
            # Without its words: they are an employee's, and the record is kept for ever.
            self.audit.record(connection, Entry("unanswered.dismiss", week, actor))


def _group_out(
    row: Row[Any],
    living: Sequence[Unanswered],
    names: Sequence[str],
    bases: Mapping[str, ConcernedOut],
) -> UnansweredGroupOut:
    shown = [without_names(one.question, names)[:CUT] for one in living]
    label, *others = dict.fromkeys(shown)
    return UnansweredGroupOut(
        id=row.id,
        week=date.fromisoformat(row.week),
        count=len(living),
        question=label,
        examples=others[:EXAMPLES],
        knowledge_bases=[bases[base] for base in row.knowledge_base_ids if base in bases],
        dismissed=row.dismissed_at is not None,
    )


def _ids(row: Row[Any], scope: Scope) -> set[str]:
    return set(row.knowledge_base_ids) & set(scope.knowledge_bases)


def _names(connection: Connection) -> list[str]:
    rows = connection.execute(select(users.c.display_name, users.c.username)).all()
    return [name for row in rows for name in row]


def _bases(connection: Connection, scope: Scope) -> dict[str, ConcernedOut]:
    query = select(knowledge_bases).where(knowledge_bases.c.id.in_(scope.knowledge_bases))
    return {
        row.id: ConcernedOut(knowledge_base_id=row.id, name=row.name, maintainer=row.maintainer)
        for row in connection.execute(query)
    }
