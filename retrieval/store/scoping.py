"""Which documents a scope leaves: the conditions of every join, and the ids for the indexes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, select
from sqlalchemy.engine import Connection

from retrieval.search.kinds import media_types_of
from retrieval.store.database import Database
from retrieval.tables import document_tags, documents, sources, versions
from retrieval.types import DocumentId, Filters, KnowledgeBaseId, Scope

# Aliases, for what is joined beside may be another version. Made once: that takes a millisecond.
_TAGS: Final = document_tags.alias("own_tags")
_LIVE: Final = versions.alias("live_version")


@dataclass(frozen=True, slots=True)
class ScopedDocuments:
    database: Database

    def left(self, scope: Scope) -> dict[KnowledgeBaseId, frozenset[DocumentId]]:
        """The documents that the scope leaves of each knowledge base that it may cut.

        A knowledge base that is missing here is searched whole.
        """
        with self.database.read() as connection:
            cut = self._cut(connection, scope)
            if not cut:
                return {}
            # One row each: to fetch thousands of rows takes longer than to find them.
            ids = func.aggregate_strings(documents.c.id, ",")
            query = (
                select(documents.c.knowledge_base_id, ids)
                .where(
                    documents.c.knowledge_base_id.in_(cut),
                    documents.c.deleted_at.is_(None),
                    *_left_by(scope, documents),
                )
                .group_by(documents.c.knowledge_base_id)
            )
            found = {base: frozenset(left.split(",")) for base, left in connection.execute(query)}
        return {knowledge_base: found.get(knowledge_base, frozenset()) for knowledge_base in cut}

    def _cut(self, connection: Connection, scope: Scope) -> Collection[KnowledgeBaseId]:
        if not scope.is_cut:
            return ()
        if scope.filters != Filters():
            return scope.knowledge_bases
        query = select(sources.c.knowledge_base_id).where(
            sources.c.id.in_(scope.withheld_sources),
            sources.c.knowledge_base_id.in_(scope.knowledge_bases),
        )
        return {KnowledgeBaseId(found) for found in connection.scalars(query.distinct())}


def readable_in(scope: Scope, held: FromClause = documents) -> ColumnElement[bool]:
    """Rows of `documents`, or of the alias `held` of it, that the scope leaves to read."""
    # As an expression, since no index fits one. By the index on knowledge bases SQLite would read
    # every chunk of one before it looks at the ids of a search: 90 ms of 100,000 chunks, not 2.
    in_base = held.c.knowledge_base_id.concat("").in_(scope.knowledge_bases)
    return and_(in_base, *_left_by(scope, held))


def _left_by(scope: Scope, held: FromClause) -> list[ColumnElement[bool]]:
    filters = scope.filters
    conditions: list[ColumnElement[bool]] = []
    source = held.c.source_id
    if scope.withheld_sources:
        conditions.append(source.is_(None) | source.not_in(scope.withheld_sources))
    if filters.sources:
        conditions.append(source.in_(filters.sources))
    if filters.since is not None:
        conditions.append(held.c.updated_at >= _midnight(filters.since))
    if filters.until is not None and filters.until < date.max:
        conditions.append(held.c.updated_at < _midnight(filters.until + timedelta(days=1)))
    if filters.tags:
        tagged = (_TAGS.c.document_id == held.c.id) & _TAGS.c.tag.in_(filters.tags)
        conditions.append(exists().where(tagged).correlate(held))
    if filters.kinds or filters.languages:
        conditions.append(_live_version(filters, held))
    return conditions


def _live_version(filters: Filters, held: FromClause) -> ColumnElement[bool]:
    wanted = _LIVE.c.id == held.c.live_version_id
    if filters.kinds:
        wanted &= _LIVE.c.media_type.in_(media_types_of(filters.kinds))
    if filters.languages:
        wanted &= _LIVE.c.language.in_(filters.languages)
    return exists().where(wanted).correlate(held)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
