"""Vectors in SQL, keyed by embedder and text: the same text is never embedded twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.engine import Connection

from retrieval.store.database import Database
from retrieval.tables import vectors
from retrieval.types import Vector

BATCH = 500
STORED_DTYPE = np.dtype("<f4")


def text_digest(text: str) -> str:
    """Name of a text among the stored vectors: sha256 of its UTF-8, in hex."""
    return sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class VectorStore:
    database: Database

    def known(self, embedder: str, digests: Sequence[str]) -> set[str]:
        """Those of the digests that have a vector of this embedder (`EmbedderIdentity.key`)."""
        found: set[str] = set()
        with self.database.read() as connection:
            for batch in _batches(digests):
                query = select(vectors.c.text_sha256).where(
                    vectors.c.embedder == embedder, vectors.c.text_sha256.in_(batch)
                )
                found.update(connection.scalars(query))
        return found

    def load(self, embedder: str, digests: Sequence[str]) -> dict[str, Vector]:
        """Unit vectors (dim,) float32 by digest; digests without one are left out."""
        found: dict[str, Vector] = {}
        with self.database.read() as connection:
            for batch in _batches(digests):
                query = select(vectors.c.text_sha256, vectors.c.data).where(
                    vectors.c.embedder == embedder, vectors.c.text_sha256.in_(batch)
                )
                for row in connection.execute(query):
                    found[row.text_sha256] = np.frombuffer(row.data, STORED_DTYPE)
        return found

    def save(self, embedder: str, by_digest: Mapping[str, Vector]) -> None:
        """Keeps the vectors; one that is there already stays as it is."""
        rows: list[dict[str, object]] = [
            {
                "embedder": embedder,
                "text_sha256": digest,
                "data": vector.astype(STORED_DTYPE).tobytes(),
            }
            for digest, vector in by_digest.items()
        ]
        if rows:
            with self.database.write() as connection:
                _insert_new(connection, rows)


def _insert_new(connection: Connection, rows: list[dict[str, object]]) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(insert_postgresql(vectors).on_conflict_do_nothing(), rows)
    else:
        connection.execute(insert_sqlite(vectors).on_conflict_do_nothing(), rows)


def _batches(digests: Sequence[str]) -> list[list[str]]:
    unique = list(dict.fromkeys(digests))
    return [unique[start : start + BATCH] for start in range(0, len(unique), BATCH)]
