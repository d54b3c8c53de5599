"""What documents can be filtered by, counted within a scope."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.engine import Connection

from app.shapes.facets import FacetOut, FacetsOut, SourceFacetOut
from retrieval.search.kinds import kind_of
from retrieval.store.database import Database
from retrieval.store.scoping import readable_in
from retrieval.tables import document_tags, documents, sources, versions
from retrieval.types import Scope

MOST = 200  # of each


@dataclass(frozen=True, slots=True)
class Facets:
    database: Database

    def of(self, scope: Scope) -> FacetsOut:
        """Of searchable documents that the scope may read, and of nothing else."""
        how_many = func.count(documents.c.id)
        with self.database.read() as connection:
            types = _counted(connection, _live(versions.c.media_type, how_many), scope)
            languages = _counted(connection, _live(versions.c.language, how_many), scope)
            tagged = _live(document_tags.c.tag, how_many).join(
                document_tags, document_tags.c.document_id == documents.c.id
            )
            tags = _counted(connection, tagged, scope)
            followed = _counted(connection, _live(documents.c.source_id, how_many), scope)
            places = select(sources.c.id, sources.c.location).where(sources.c.id.in_(followed))
            named = {row.id: source_name(row.location) for row in connection.execute(places)}
        kinds = Counter[str]()
        for media_type, count in types.items():
            if kind := kind_of(media_type):
                kinds[kind] += count
        return FacetsOut(
            sources=[
                SourceFacetOut(id=one, name=named[one], documents=count)
                for one, count in _most_first(followed)
                if one in named
            ],
            kinds=_facets(kinds),
            tags=_facets(tags),
            languages=_facets(languages),
        )


def source_name(location: str) -> str:
    """The last part of a path or an address: where the others lie is no reader's business."""
    parts = urlsplit(location)
    last = parts.path.rstrip("/").rpartition("/")[2]
    return last or parts.hostname or location


def _live(*columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*columns)
        .select_from(documents)
        .join(versions, versions.c.id == documents.c.live_version_id)
    )


def _counted(connection: Connection, query: Select[Any], scope: Scope) -> dict[str, int]:
    """By the first column; documents that have nothing there are left out."""
    value = query.selected_columns[0]
    grouped = (
        query.where(readable_in(scope), documents.c.deleted_at.is_(None), value.is_not(None))
        .group_by(value)
        .order_by(func.count().desc(), value)
        .limit(MOST)
    )
    return {row[0]: row[1] for row in connection.execute(grouped)}


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _facets(counts: Mapping[str, int]) -> list[FacetOut]:
    return [FacetOut(value=value, documents=count) for value, count in _most_first(counts)]
