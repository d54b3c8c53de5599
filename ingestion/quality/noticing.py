"""What golden questions are worth an alert: a night that loses some, one that cannot ask them,
and that all is well again.

A night is compared with the run before it, over the questions that both asked and that are still
there: a new, hard question is no loss.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.engine import Connection

from ingestion.quality.golden import FOUND_AMONG, IS_LIVE, Measured
from ingestion.quality.watch import Unasked
from ingestion.sources.noticing import Notice
from retrieval.history_tables import alerts, golden_questions, golden_runs
from retrieval.store.live import built_with
from retrieval.tables import knowledge_bases
from retrieval.types import KnowledgeBaseId

NAMED: Final = 5  # questions that an alert names
PATIENCE: Final = timedelta(hours=1)  # that models may take to load
LOST, UNASKED, WELL = "lost", "unasked", "well"
IS_OVER: Final = f":{WELL}"  # what the id of a good notice adds to the bad one's


@dataclass(frozen=True, slots=True)
class _Compared:
    before: Measured
    after: Measured
    lost: tuple[str, ...]  # questions that were found before

    def is_worse(self, margin: float) -> bool:
        return self.after.recall < self.before.recall - margin - 1e-9


@dataclass(frozen=True, slots=True)
class GoldenNoticing:
    margin: float  # of recall, that may be lost without a word
    unasked: Mapping[KnowledgeBaseId, Unasked]  # what the watch could not ask yet

    def __call__(self, connection: Connection, now: datetime) -> list[Notice]:
        """Also what was told before: each has its id."""
        return [
            *self._losses(connection),
            *self._unasked(connection, now - PATIENCE),
            *self._recoveries(connection),
        ]

    def _losses(self, connection: Connection) -> Iterator[Notice]:
        query = select(knowledge_bases.c.id, knowledge_bases.c.name)
        for base in connection.execute(query).all():
            night = _newest(connection, base.id, golden_runs.c.reason == "nightly")
            compared = _since_before(connection, night, night) if night else None
            if night is not None and compared is not None and compared.is_worse(self.margin):
                yield Notice(f"golden:{night.id}:{LOST}", LOST, _loss(base.name, compared), None)

    def _unasked(self, connection: Connection, before: datetime) -> Iterator[Notice]:
        for base, tried in dict(self.unasked).items():
            name = _name(connection, base)
            if name is not None and tried.since < before:
                began = tried.since.astimezone()
                text = (
                    f"{name}: its documents changed, but its golden questions could not be asked "
                    f"since {began:%Y-%m-%d %H:%M}. {tried.reason}"
                )
                moment = f"{tried.since:%Y-%m-%dT%H:%M}"
                yield Notice(f"golden:{base}:{UNASKED}:{moment}", UNASKED, text, None)

    def _recoveries(self, connection: Connection) -> Iterator[Notice]:
        for alert in _open(connection):
            subject = alert.id.split(":")[1]
            text = (
                self._found_again(connection, subject)
                if alert.kind == LOST
                else _asked_again(connection, subject, alert.created_at)
            )
            if text is not None:
                yield Notice(alert.id + IS_OVER, WELL, text, None)

    def _found_again(self, connection: Connection, run: str) -> str | None:
        """Whether the live index is as good as the one before that run was."""
        query = select(golden_runs).where(golden_runs.c.id == run)
        night = connection.execute(query).one_or_none()
        if night is None:
            return None  # its knowledge base is gone
        base = night.knowledge_base_id
        live = built_with(connection, base)
        now = _newest(
            connection,
            base,
            golden_runs.c.embedder == (live.embedder if live else night.embedder),
            golden_runs.c.chunker == (live.chunker if live else night.chunker),
            golden_runs.c.created_at >= night.created_at,
        )
        if now is None:
            return None
        compared = _since_before(connection, night, now)
        if compared is None:
            return f"{_name(connection, base)}: the golden questions that were lost were removed."
        if compared.is_worse(self.margin):
            return None
        return (
            f"{_name(connection, base)}: its golden questions are found again: "
            f"{compared.after.recall:.0%} among the first {FOUND_AMONG} passages."
        )


def _asked_again(connection: Connection, base: str, since: datetime) -> str | None:
    if _newest(connection, base, golden_runs.c.created_at > since) is None:
        return None
    return f"{_name(connection, base)}: its golden questions were asked again."


def _open(connection: Connection) -> list[Row[Any]]:
    """Alerts of golden questions that are not over."""
    over = alerts.alias("over")
    is_over = select(over.c.id).where(over.c.id == alerts.c.id + IS_OVER).exists()
    query = select(alerts).where(alerts.c.kind.in_([LOST, UNASKED]), ~is_over)
    return list(connection.execute(query.order_by(alerts.c.created_at)))


def _newest(connection: Connection, base: str, *where: ColumnElement[bool]) -> Row[Any] | None:
    query = (
        select(golden_runs)
        .where(golden_runs.c.knowledge_base_id == base, IS_LIVE, *where)
        .order_by(golden_runs.c.created_at.desc(), golden_runs.c.id)
        .limit(1)
    )
    return connection.execute(query).one_or_none()


def _since_before(connection: Connection, night: Row[Any], run: Row[Any]) -> _Compared | None:
    """`run` with the one before the night; None when the two have no question in common."""
    base = night.knowledge_base_id
    before = _newest(connection, base, golden_runs.c.created_at < night.created_at)
    if before is None:
        return None
    query = select(golden_questions.c.id, golden_questions.c.question).where(
        golden_questions.c.knowledge_base_id == base
    )
    asked = {row.id: row.question for row in connection.execute(query)}
    old, new = _ranks(before), _ranks(run)
    both = [question for question in asked if question in old and question in new]
    if not both:
        return None
    lost = [asked[q] for q in both if _is_found(old[q]) and not _is_found(new[q])]
    return _Compared(
        Measured({question: old[question] for question in both}),
        Measured({question: new[question] for question in both}),
        tuple(lost),
    )


def _ranks(run: Row[Any]) -> dict[str, int | None]:
    return {result["question_id"]: result["rank"] for result in run.results}


def _is_found(rank: int | None) -> bool:
    return rank is not None and rank <= FOUND_AMONG


def _loss(name: str, compared: _Compared) -> str:
    named = "; ".join(f"“{question}”" for question in compared.lost[:NAMED])
    more = f"; and {len(compared.lost) - NAMED} more" if len(compared.lost) > NAMED else ""
    return (
        f"{name}: with the last changes, {compared.after.recall:.0%} of its golden questions are "
        f"found among the first {FOUND_AMONG} passages; before, {compared.before.recall:.0%} were. "
        f"Not found any more: {named}{more}"
    )


def _name(connection: Connection, base: str) -> str | None:
    query = select(knowledge_bases.c.name).where(knowledge_bases.c.id == base)
    name: str | None = connection.scalar(query)
    return name
