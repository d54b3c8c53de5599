"""Which groups may read the documents of a source."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from app.shapes.library import GroupRefOut
from app.tables import groups, source_readers
from retrieval.errors import NotFound
from retrieval.store.database import Database
from retrieval.tables import sources


@dataclass(frozen=True, slots=True)
class SourceReaders:
    database: Database

    def require(self, group_ids: Sequence[str]) -> None:
        """Raises: NotFound when one of them does not exist."""
        with self.database.read() as connection:
            _require(connection, group_ids)

    def put(self, source: str, group_ids: Sequence[str]) -> None:
        """Exactly these; none: whoever may read the knowledge base. Raises: NotFound."""
        wanted = sorted(set(group_ids))
        with self.database.write() as connection:
            _require(connection, wanted)
            this = sources.c.id == source
            connection.execute(update(sources).where(this).values(restricted=bool(wanted)))
            connection.execute(delete(source_readers).where(source_readers.c.source_id == source))
            if wanted:
                rows = [{"source_id": source, "group_id": group} for group in wanted]
                connection.execute(insert(source_readers), rows)


def readers_of(connection: Connection, source_ids: Sequence[str]) -> dict[str, list[GroupRefOut]]:
    """By source, by name; one that nobody in particular reads is missing."""
    query = (
        select(source_readers.c.source_id, groups.c.id, groups.c.name)
        .join(groups, groups.c.id == source_readers.c.group_id)
        .where(source_readers.c.source_id.in_(source_ids))
        .order_by(groups.c.name)
    )
    found: defaultdict[str, list[GroupRefOut]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.source_id].append(GroupRefOut(id=row.id, name=row.name))
    return dict(found)


def _require(connection: Connection, group_ids: Sequence[str]) -> None:
    wanted = set(group_ids)
    if wanted - set(connection.scalars(select(groups.c.id).where(groups.c.id.in_(wanted)))):
        raise NotFound("There is no such group.")
