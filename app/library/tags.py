"""Tags of documents: words of the admins' own, by which people filter."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from app.people.audit import Audit, Entry
from app.people.user import User
from app.shapes.facets import TagsIn
from retrieval.errors import Invalid, NotFound
from retrieval.store.database import Database
from retrieval.tables import document_tags, documents

MOST: Final = 20  # of a document
LONGEST: Final = 60  # characters


@dataclass(frozen=True, slots=True)
class Tags:
    database: Database
    audit: Audit

    def change(self, body: TagsIn, by: User) -> None:
        """All documents or none.

        Raises: NotFound for a document that is not there, Invalid for a tag that is no word or
        where one document would have too many.
        """
        add, remove = _worded(body.add), set(body.remove) | set(_worded(body.remove))
        ids = list(dict.fromkeys(body.document_ids))
        with self.database.write() as connection:
            titles = _titles(connection, ids)
            before = tags_of(connection, ids)
            connection.execute(
                delete(document_tags).where(
                    document_tags.c.document_id.in_(ids), document_tags.c.tag.in_(remove)
                )
            )
            rows = []
            for document in ids:
                kept = set(before.get(document, ())) - remove
                fresh = [tag for tag in add if tag not in kept]
                if len(kept) + len(fresh) > MOST:
                    raise Invalid(f"“{titles[document]}” would have more than {MOST} tags.")
                rows += [{"document_id": document, "tag": tag} for tag in fresh]
            if rows:
                connection.execute(insert(document_tags), rows)
            self._record(connection, titles, body, by)

    def _record(
        self, connection: Connection, titles: dict[str, str], body: TagsIn, by: User
    ) -> None:
        """An entry for each document: a purge finds by it what named the document."""
        detail = {"added": ", ".join(body.add), "removed": ", ".join(body.remove)}
        said = {name: tags for name, tags in detail.items() if tags}
        for document, title in titles.items():
            self.audit.record(connection, Entry("document.tag", title, by, said, document))


def tags_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """By document, in order; one without tags is missing."""
    query = (
        select(document_tags)
        .where(document_tags.c.document_id.in_(ids))
        .order_by(document_tags.c.tag)
    )
    found = defaultdict[str, list[str]](list)
    for row in connection.execute(query):
        found[row.document_id].append(row.tag)
    return found


def _titles(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Of the living ones. The rows are held, so that nobody deletes or tags one meanwhile."""
    living = documents.c.deleted_at.is_(None)
    query = select(documents.c.id, documents.c.title).where(documents.c.id.in_(ids), living)
    rows = connection.execute(query.order_by(documents.c.id).with_for_update())
    titles = {row.id: row.title for row in rows}
    if len(titles) < len(ids):
        raise NotFound("There is no such document.")
    return titles


def _worded(tags: Iterable[str]) -> list[str]:
    """As people see them: one form of each letter, one space between words, each tag once."""
    shown = [" ".join(unicodedata.normalize("NFKC", tag).split()) for tag in tags]
    for tag in shown:
        if not tag or "," in tag or not tag.isprintable() or len(tag) > LONGEST:
            raise Invalid(
                f"A tag is a word or some, without commas, of {LONGEST} characters at most."
            )
    return list(dict.fromkeys(shown))
