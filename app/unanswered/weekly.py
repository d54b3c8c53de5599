"""The groups of the last weeks, made anew each week and whenever somebody wants them."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from app.unanswered import turns
from app.unanswered.grouping import groups_of, likeness
from app.unanswered.meaning import subjects
from app.unanswered.turns import Unanswered
from ingestion.schedule import Schedule
from retrieval.errors import KnowledgeBaseError
from retrieval.history_tables import unanswered_groups
from retrieval.ports import Embedder
from retrieval.store.database import Database

log = structlog.get_logger()

LOOK_BACK: Final = timedelta(weeks=8)
WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Grouping:
    database: Database
    embedder: Embedder
    new_id: Callable[[], str]
    clock: Callable[[], datetime]

    def group(self) -> int:
        """How many groups there are now. A group that was dismissed stays so while half of it was.

        Raises: Unavailable, Overloaded while the embedder cannot be asked.
        """
        began = self.clock()
        with self.database.read() as connection:
            asked = turns.since(connection, began - LOOK_BACK)
        weeks: dict[str, list[Unanswered]] = {}
        for one in asked:
            weeks.setdefault(one.week, []).append(one)
        made = [group for week in weeks.values() for group in self._grouped(week)]
        with self.database.write() as connection:
            self._replace(connection, made, began)
        return len(made)

    def _grouped(self, asked: Sequence[Unanswered]) -> list[list[Unanswered]]:
        questions = [one.question for one in asked]
        alike = likeness(questions, subjects(questions, self.embedder))
        return [[asked[index] for index in group] for group in groups_of(alike)]

    def _replace(
        self, connection: Connection, made: Sequence[Sequence[Unanswered]], now: datetime
    ) -> None:
        dismissed = _dismissed(connection)
        connection.execute(delete(unanswered_groups))
        for group in made:
            ids = [one.turn for one in group]
            known = [dismissed[turn] for turn in ids if turn in dismissed]
            connection.execute(
                insert(unanswered_groups).values(
                    id=self.new_id(),
                    week=group[0].week,
                    turn_ids=ids,
                    knowledge_base_ids=_nearest(group),
                    dismissed_at=min(known) if len(known) * 2 >= len(ids) else None,
                    created_at=now,
                )
            )


@dataclass(slots=True)
class WeeklyGrouping:
    """Looked at every minute; what fails is tried at the next look, for a model may load."""

    grouping: Grouping
    schedule: Schedule
    _last: datetime | None = None  # None: not looked yet in this process
    _working: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> None:
        if not self._working.acquire(blocking=False):
            return
        try:
            now = self.grouping.clock()
            due = self.schedule.due_at(None, self._last or self._stored(now))
            if due is not None and due <= now:
                self._group(now)
        finally:
            self._working.release()

    def _group(self, now: datetime) -> None:
        try:
            log.info("unanswered.grouped", groups=self.grouping.group())
        except KnowledgeBaseError as error:
            log.warning("unanswered.not_grouped", reason=str(error))
        else:
            self._last = now

    def _stored(self, now: datetime) -> datetime:
        """When it was last done; a server that never did it catches up at its first look."""
        with self.grouping.database.read() as connection:
            last: datetime | None = connection.scalar(
                select(func.max(unanswered_groups.c.created_at))
            )
        return last or now - WEEK


def _dismissed(connection: Connection) -> dict[str, datetime]:
    """When, by turn."""
    query = select(unanswered_groups.c.turn_ids, unanswered_groups.c.dismissed_at).where(
        unanswered_groups.c.dismissed_at.is_not(None)
    )
    return {turn: row.dismissed_at for row in connection.execute(query) for turn in row.turn_ids}


def _nearest(group: Sequence[Unanswered]) -> list[str]:
    """Knowledge bases with passages close to half of the questions, the closest to most first."""
    counted = Counter(base for one in group for base in one.knowledge_bases)
    return [base for base, count in counted.most_common() if count * 2 >= len(group)]
