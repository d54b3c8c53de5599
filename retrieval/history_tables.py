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
    # "live", or what was asked instead of it: "keywords", "meaning", "no_rerank", "candidates=20".
    Column("configuration", String(60), nullable=False, default="live"),
    Column("questions", Integer, nullable=False),
    Column("recall", Float, nullable=False),  # share found among the first five
    Column("reciprocal_rank", Float, nullable=False),  # mean over the questions
    # Of the questions that must be refused, and of those that must not, how many were refused.
    Column("refusals", JSON),  # RefusalsOut; NULL: that was not measured
    Column("milliseconds", Float),  # median of a search
    # [{"question_id": …, "rank": 2, "answerable": 0.8}]; the last, a chance, where it was measured
    Column("results", JSON, nullable=False, default=list),
    Column("created_at", UtcDateTime, nullable=False),
)

# Questions of one week that mean the same and that nothing answered. The words stay where they
# were asked: a group names turns, so what is deleted there is gone here.
unanswered_groups = Table(
    "unanswered_groups",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("week", String(10), nullable=False, index=True),  # its Monday, "2026-11-16", in UTC
    Column("turn_ids", JSON, nullable=False),  # the most central one first
    Column("knowledge_base_ids", JSON, nullable=False),  # of the closest passages; may be none
    Column("dismissed_at", UtcDateTime),
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
