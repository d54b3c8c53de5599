"""Who is told of what needs somebody, each once: sources that fail, are held by the brake or stay
silent, and what others notice.

Level-triggered: it looks at what is, so what happened while nothing ran is told afterwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import Row, select, update
from sqlalchemy.engine import Connection

from ingestion.schedule import Schedule
from ingestion.sources.noticing import Notice, of_ended_runs, of_silence
from retrieval.errors import KnowledgeBaseError
from retrieval.history_tables import alerts
from retrieval.store.database import Database

DELIVERED: Final = ""
MOST_ATTEMPTS: Final = 8  # the waits between them double from a minute: four hours in all
FIRST_WAIT: Final = timedelta(minutes=1)


# What it notices now, whether it was told before or not.
Noticing = Callable[[Connection, datetime], list[Notice]]


class Channel(Protocol):
    @property
    def name(self) -> str: ...

    def send(self, notice: Notice) -> None:
        """Raises: Unavailable, Invalid."""
        ...


@dataclass(frozen=True, slots=True)
class Alerts:
    database: Database
    channels: Sequence[Channel]
    schedule: Schedule
    silence: timedelta  # after a run that should have been
    clock: Callable[[], datetime]
    others: Sequence[Noticing] = ()

    def look(self) -> None:
        """Once a minute: notes what is to be told, and tells what was not told yet."""
        now = self.clock()
        with self.database.read() as connection:
            ended = of_ended_runs(connection)
            standing = of_silence(connection, self.schedule, now - self.silence)
            for noticed in self.others:
                standing += noticed(connection, now)
            fresh = _untold_of(connection, standing)
        if ended or fresh:
            with self.database.write() as connection:
                for run in ended:
                    run.mark(connection, now)
                _keep(connection, [run.notice for run in ended if run.notice] + fresh, now)
        for row in self._untold(now):
            self._tell(row, now)

    def send_test(self) -> dict[str, str]:
        """By channel, "" or why it did not arrive."""
        notice = Notice("test", "test", "This is a test of Colophon's alerts.", None)
        return self._sent(notice, {})

    def _untold(self, now: datetime) -> list[Row[Any]]:
        query = select(alerts).where(alerts.c.attempts < MOST_ATTEMPTS).order_by(alerts.c.id)
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return [row for row in rows if self._is_untold(row) and _may_try(row, now)]

    def _is_untold(self, row: Row[Any]) -> bool:
        return any(row.delivered.get(channel.name) != DELIVERED for channel in self.channels)

    def _tell(self, row: Row[Any], now: datetime) -> None:
        this = (alerts.c.id == row.id) & (alerts.c.attempts == row.attempts)
        with self.database.write() as connection:
            # Of two processes that look at the same minute, one gets to tell it.
            taken = connection.execute(
                update(alerts).where(this).values(attempts=row.attempts + 1, tried_at=now)
            )
        if taken.rowcount == 1:
            notice = Notice(row.id, row.kind, row.text, row.source_id)
            delivered = self._sent(notice, row.delivered)
            with self.database.write() as connection:
                where = alerts.c.id == row.id
                connection.execute(update(alerts).where(where).values(delivered=delivered))

    def _sent(self, notice: Notice, before: dict[str, str]) -> dict[str, str]:
        """By every channel that has not delivered it."""
        return before | {
            channel.name: _said(channel, notice)
            for channel in self.channels
            if before.get(channel.name) != DELIVERED
        }


def _said(channel: Channel, notice: Notice) -> str:
    try:
        channel.send(notice)
    except KnowledgeBaseError as error:
        return str(error)
    return DELIVERED


def _may_try(row: Row[Any], now: datetime) -> bool:
    if row.tried_at is None:
        return True
    wait: timedelta = FIRST_WAIT * 2 ** (row.attempts - 1)
    # Ticks come a few seconds early or late; a wait of a minute must not become two.
    return bool(row.tried_at + wait - FIRST_WAIT / 2 <= now)


def _untold_of(connection: Connection, notices: Sequence[Notice]) -> list[Notice]:
    ids = [notice.id for notice in notices]
    there = set(connection.scalars(select(alerts.c.id).where(alerts.c.id.in_(ids))))
    return [notice for notice in notices if notice.id not in there]


def _keep(connection: Connection, notices: Sequence[Notice], now: datetime) -> None:
    for notice in _untold_of(connection, notices):
        connection.execute(
            alerts.insert().values(
                id=notice.id,
                kind=notice.kind,
                text=notice.text,
                source_id=notice.source,
                created_at=now,
            )
        )
