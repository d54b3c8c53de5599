"""When sources were last followed in earnest."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from retrieval.tables import source_runs


def last_starts(connection: Connection, source_ids: Sequence[str]) -> dict[str, datetime]:
    """When each was last run in earnest, by id; one that never was is missing."""
    return _last(connection, source_ids, only_ended=False)


def last_ended_starts(connection: Connection, source_ids: Sequence[str]) -> dict[str, datetime]:
    """The same of runs that came to their end."""
    return _last(connection, source_ids, only_ended=True)


def _last(
    connection: Connection, source_ids: Sequence[str], *, only_ended: bool
) -> dict[str, datetime]:
    query = (
        select(source_runs.c.source_id, func.max(source_runs.c.started_at).label("started"))
        .where(source_runs.c.source_id.in_(source_ids), source_runs.c.dry_run.is_(False))
        .group_by(source_runs.c.source_id)
    )
    if only_ended:
        query = query.where(source_runs.c.finished_at.is_not(None))
    return {row.source_id: row.started for row in connection.execute(query)}
