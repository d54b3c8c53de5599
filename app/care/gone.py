"""Proof that a sentence is gone: looked for in every column, both indexes and every file."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Text, bindparam, cast, column, inspect, select, table
from sqlalchemy.engine import Connection
from sqlalchemy.sql.sqltypes import JSON, String

from app.care.needle import Needle
from ingestion.blobs import Blobs
from retrieval.history_tables import purged
from retrieval.indexes.index import Index
from retrieval.store.database import Database
from retrieval.tables import chunks, versions
from retrieval.types import ChunkId

HITS = 50  # that the keyword index is asked for
OUTSIDE = "backups that were made earlier are not looked at"
SYSTEM_SCHEMAS = ("information_schema", "pg_catalog", "pg_toast")


@dataclass(frozen=True, slots=True)
class GonePlace:
    place: str
    found: int


@dataclass(frozen=True, slots=True)
class GoneReport:
    looked_in: tuple[str, ...]
    found: tuple[GonePlace, ...]

    @property
    def gone(self) -> bool:
        return not self.found


@dataclass(frozen=True, slots=True)
class Gone:
    database: Database
    index: Index
    blobs: Blobs
    data_dir: Path

    def look(self, sentence: str) -> GoneReport:
        """Changes nothing, but asks SQLite to write its log back first: it holds old pages."""
        self.database.settle()
        needle = Needle.of(sentence)
        columns, files = list(self._columns(needle)), list(self._files(needle))
        others = [*self._indexes(sentence), self._purged_originals()]
        names = (
            *_grouped(columns, ".", "columns of {}"),
            *(place.place for place in others),
            *_grouped(files, "/", "files below {}/"),
            OUTSIDE,
        )
        looked = (*columns, *others, *files)
        return GoneReport(names, tuple(place for place in looked if place.found))

    def _columns(self, needle: Needle) -> Iterator[GonePlace]:
        """Every column of text of every table that the database has, ours or not."""
        with self.database.read() as connection:
            for schema, name, field in _text_columns(connection):
                text = cast(column(field), Text)
                like = text.like(bindparam("like"), escape="\\")
                escaped = text.like(bindparam("escaped"), escape="\\")
                query = select(text).select_from(table(name, schema=schema)).where(like | escaped)
                values = {"like": needle.like, "escaped": needle.like_in_json}
                rows = connection.execution_options(yield_per=100).execute(query, values)
                found = sum(needle.is_in(row[0]) for row in rows)
                yield GonePlace(f"{name}.{field}", found)

    def _indexes(self, sentence: str) -> Iterator[GonePlace]:
        """An index holds no text. What it holds is gone when no entry is left without its row."""
        for base in self.index.corpus.knowledge_bases():
            words = self.index.lexical.open(base.id)
            found = {hit.chunk for hit in words.search(sentence, HITS)} | words.ids()
            yield GonePlace(f"keyword index of {base.name}", self._without_row(found))
            nearest = self.index.dense.open(base.id, self.index.embedder_of(base.id)).ids()
            yield GonePlace(f"vector index of {base.name}", self._without_row(nearest))

    def _without_row(self, ids: set[ChunkId] | frozenset[ChunkId]) -> int:
        with self.database.read() as connection:
            return len(ids - set(map(ChunkId, connection.scalars(select(chunks.c.id)))))

    def _purged_originals(self) -> GonePlace:
        """An original may be packed, so that its bytes do not show what it says."""
        query = select(purged.c.blob).where(purged.c.blob.not_in(select(versions.c.blob)))
        with self.database.read() as connection:
            there = [b for b in set(connection.scalars(query)) if self.blobs.path(b).exists()]
        return GonePlace("originals of purged documents", len(there))

    def _files(self, needle: Needle) -> Iterator[GonePlace]:
        for path in sorted(self.data_dir.rglob("*")):
            if path.is_file() and not path.is_symlink():
                name = path.relative_to(self.data_dir).as_posix()
                try:
                    yield GonePlace(name, int(needle.is_in_file(path)))
                except FileNotFoundError:  # a file of an index that was just replaced
                    continue


def _text_columns(connection: Connection) -> Iterator[tuple[str | None, str, str]]:
    inspector = inspect(connection)
    on_postgresql = connection.dialect.name == "postgresql"
    schemas = inspector.get_schema_names() if on_postgresql else [None]
    for schema in schemas:
        if schema in SYSTEM_SCHEMAS:
            continue
        for name in inspector.get_table_names(schema=schema):
            for field in inspector.get_columns(name, schema=schema):
                if isinstance(field["type"], (String, Text, JSON)):
                    yield schema, name, field["name"]


def _grouped(places: Sequence[GonePlace], mark: str, words: str) -> Iterator[str]:
    """Columns by their table, files by their folder: an installation has thousands."""
    counted: Counter[str] = Counter()
    for place in places:
        before, found, _ = place.place.partition(mark)
        counted[words.format(before) if found else before] += 1
    for group, count in counted.items():
        yield f"{count:,} {group}" if count > 1 else group
