"""Documents as admins list them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.engine import Connection

from app.library.tags import tags_of
from app.shapes.base import In, Page
from app.shapes.library import DocumentOut
from retrieval.errors import NotFound
from retrieval.store.corpus import visible_now
from retrieval.store.database import Database
from retrieval.tables import (
    chunks,
    document_tags,
    documents,
    knowledge_bases,
    versions,
    visibility,
)
from retrieval.types import DocumentId, DocumentState

NO_DOCUMENT = "There is no such document."

Sort = Literal["name", "-name", "updated", "-updated", "size", "-size"]

ORDER: dict[str, ColumnElement[Any]] = {
    "name": func.lower(documents.c.title),
    "updated": documents.c.updated_at,
    "size": versions.c.size,
}


class DocumentListIn(In):
    """The query of an admin's list. `q` is looked for in titles and filenames."""

    q: Annotated[str, Field(max_length=200)] = ""
    state: DocumentState | None = None
    tag: Annotated[str, Field(max_length=60)] = ""
    sort: Sort = "name"
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


@dataclass(frozen=True, slots=True)
class DocumentsView:
    database: Database

    def page(self, knowledge_base: str, shown: DocumentListIn) -> Page[DocumentOut]:
        query = _documents().where(
            documents.c.knowledge_base_id == knowledge_base,
            documents.c.title.icontains(shown.q, autoescape=True)
            | versions.c.filename.icontains(shown.q, autoescape=True),
        )
        if shown.state is not None:
            query = query.where(documents.c.state == shown.state)
        if shown.tag:
            tagged = document_tags.c.document_id == documents.c.id
            query = query.where(exists().where(tagged, document_tags.c.tag == shown.tag))
        column = ORDER[shown.sort.removeprefix("-")]
        order = column.desc() if shown.sort.startswith("-") else column.asc()
        with self.database.read() as connection:
            total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
            rows = connection.execute(
                query.order_by(order, documents.c.id).limit(shown.limit).offset(shown.offset)
            ).all()
            items = _with_counts_and_tags(connection, rows)
        return Page[DocumentOut](items=items, total=total)

    def get(self, document: DocumentId) -> DocumentOut:
        """For admins: whatever its state. Raises: NotFound."""
        with self.database.read() as connection:
            rows = connection.execute(_documents().where(documents.c.id == document)).all()
            if not rows:
                raise NotFound(NO_DOCUMENT)
            return _with_counts_and_tags(connection, rows)[0]


def _documents() -> Select[Any]:
    """Living documents with the version that is searchable, else with the newest."""
    newest = (
        select(versions.c.id)
        .where(versions.c.document_id == documents.c.id)
        .order_by(versions.c.number.desc())
        .limit(1)
        .correlate(documents)
        .scalar_subquery()
    )
    return (
        select(
            documents.c.id,
            documents.c.knowledge_base_id,
            documents.c.title,
            documents.c.state,
            documents.c.error,
            documents.c.source_id.label("source"),
            documents.c.created_at,
            documents.c.updated_at,
            versions.c.filename,
            versions.c.media_type,
            versions.c.size,
            versions.c.number.label("version_number"),
            versions.c.pages,
            versions.c.language,
        )
        .join(versions, versions.c.id == func.coalesce(documents.c.live_version_id, newest))
        .where(documents.c.deleted_at.is_(None))
    )


def _with_counts_and_tags(connection: Connection, rows: Iterable[Row[Any]]) -> list[DocumentOut]:
    found = list(rows)
    ids = [row.id for row in found]
    counted = (
        select(chunks.c.document_id, func.count().label("chunks"))
        .join(visibility, visibility.c.chunk_id == chunks.c.id)
        .join(knowledge_bases, knowledge_bases.c.id == chunks.c.knowledge_base_id)
        .where(chunks.c.document_id.in_(ids), visible_now())
        .group_by(chunks.c.document_id)
    )
    counts = {row.document_id: row.chunks for row in connection.execute(counted)}
    tags = tags_of(connection, ids)
    return [
        DocumentOut.model_validate(
            {**row._mapping, "chunks": counts.get(row.id, 0), "tags": tags.get(row.id, [])}
        )
        for row in found
    ]
