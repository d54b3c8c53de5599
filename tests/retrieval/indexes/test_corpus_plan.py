"""A search reads the chunks that it found and no others, however large the knowledge base is."""

from typing import Any

from sqlalchemy import event

from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.tables import metadata
from retrieval.types import ChunkId, KnowledgeBaseId, Scope

BASE = KnowledgeBaseId("hr")


def test_hits_are_joined_by_their_ids_and_not_by_their_knowledge_base(sqlite: Database) -> None:
    metadata.create_all(sqlite.engine)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(sqlite.engine, "before_cursor_execute")
    def keep(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        asked.append((statement, values))

    for withheld in (frozenset[str](), frozenset({"source"})):
        Corpus(sqlite).visible([ChunkId("c")], Scope(frozenset({BASE}), withheld))
    queries = [one for one in asked if one[0].startswith("SELECT")]
    assert len(queries) == 2
    with sqlite.read() as connection:
        for statement, values in queries:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = [row.detail for row in plan]
            assert steps[0].startswith("SEARCH chunks USING INDEX sqlite_autoindex_chunks_1 (id=?)")
            assert not [step for step in steps if step.startswith("SCAN")]
