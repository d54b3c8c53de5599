"""Tables of what was and what must be: snapshots, purges, golden questions, alerts."""

from sqlalchemy import JSON, Boolean, Column, Float, Integer, String, Table, Text

from retrieval.columns import UtcDateTime, of_knowledge_base
from retrieval.tables import metadata

# A revision with a name: what can be gone back to.
snapshots = Table(
    "snapshots",
    metadata,
    Column("id", String(32), primary_key=True),
    of_knowledge_base(index=True),
    Column("revision", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    Column("kind", String(20), nullable=False),  # "manual" | "nightly" | "model" | "rollback"
    Column("created_by", String(120), nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
)

# Bytes that must never be taken in again, by their hash.
purged = Table(
    "purged",
    metadata,
    of_knowledge_base(key=True),
    Column("blob", String(64), primary_key=True),
    Column("purged_by", String(120), nullable=False, default=""),
    Column("purged_at", UtcDateTime, nullable=False),
)

# Questions whose right place is known: what an index must not lose.
golden_questions = Table(
    "golden_questions",
    metadata,
    Column("id", String(32), primary_key=True),
    of_knowledge_base(index=True),
    Column("question", Text, nullable=False),
    Column("filename", Text),  # of the document that answers it
    Column("phrase", Text),  # that a right passage holds; at least one of the two is given …
    Column("unanswerable", Boolean, nullable=False, default=False),  # … unless nothing answers it
    Column("created_at", UtcDateTime, nullable=False),
)

golden_runs = Table(
    "golden_runs",
    metadata,
    Column("id", String(32), primary_key=True),
    of_knowledge_base(index=True),
    Column("revision", Integer, nullable=False),
    Column("embedder", String(255), nullable=False),
    Column("chunker", String(80), nullable=False),
    Column("reason", String(20), nullable=False),  # "manual" | "nightly" | "model" | "restore"
    Column("questions", Integer, nullable=False),
    Column("recall", Float, nullable=False),  # share found among the first five
    Column("reciprocal_rank", Float, nullable=False),  # mean over the questions
    Column("results", JSON, nullable=False, default=list),  # [{"question_id": …, "rank": 2}]
    Column("created_at", UtcDateTime, nullable=False),
)

# What admins were told, each once: the id says about what.
alerts = Table(
    "alerts",
    metadata,
    Column("id", String(200), primary_key=True),  # "run:<id>:failed", "source:<id>:silent:<day>"
    # "failed" | "held" | "silent" | "lost" | "unasked" | "well", which ends the one before ":well"
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("source_id", String(32)),
    Column("delivered", JSON, nullable=False, default=dict),  # {"webhook": "", "mail": "why not"}
    Column("attempts", Integer, nullable=False, default=0),
    Column("tried_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
)
