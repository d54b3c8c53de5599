"""The one MetaData. Tables of the corpus; `app/tables.py` adds those of people."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from retrieval.columns import UtcDateTime, of_knowledge_base

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

knowledge_bases = Table(
    "knowledge_bases",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(120), nullable=False, unique=True),
    Column("description", Text, nullable=False, default=""),
    Column("maintainer", String(200), nullable=False, default=""),
    Column("live_revision", Integer, nullable=False, default=0),
    # What the live indexes are built with; NULL until the first commit. Another embedder or chunker
    # is built beside them and takes their place in one step.
    Column("embedder", String(255)),  # EmbedderIdentity.key
    Column("chunker", String(80)),
    Column("suggested_questions", JSON, nullable=False, default=list),
    Column("checking", String(20), nullable=False, default="strict"),  # types.Checking
    Column("refuse_below", Float),  # types.Policy; NULL: the default of the profile's models
    # Whether its text may be read by the second language model of the settings, which may be
    # somebody else's machine.
    Column("may_leave", Boolean, nullable=False, default=False),
    Column("created_at", UtcDateTime, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("id", String(32), primary_key=True),
    of_knowledge_base(),
    Column("kind", String(20), nullable=False),  # "folder" | "s3" | "webdav" | "website" | "git"
    Column("location", Text, nullable=False),
    Column("options", JSON, nullable=False, default=dict),  # what only its kind has, see SourceIn
    Column("include", JSON, nullable=False, default=list),  # patterns; empty: everything
    Column("exclude", JSON, nullable=False, default=list),
    Column("credentials", LargeBinary),  # sealed with the installation's key
    Column("cron", String(100)),  # NULL: the nightly schedule of the settings
    # Above this share of vanished documents nothing is removed until an admin confirms.
    Column("brake_share", Float, nullable=False, default=0.3),
    Column("enabled", Boolean, nullable=False, default=True),
    # Only its readers see its documents, and nobody but admins once it has lost them all.
    Column("restricted", Boolean, nullable=False, default=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_since", UtcDateTime),  # when it was resumed or its schedule changed
    # A removed source goes on saying who may read its documents: a rollback may bring them back.
    Column("removed_at", UtcDateTime),
    UniqueConstraint("knowledge_base_id", "location"),
)

source_runs = Table(
    "source_runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("state", String(20), nullable=False, default="running"),  # | "done" | "held" | "failed"
    Column("dry_run", Boolean, nullable=False, default=False),
    Column("remove_anyway", Boolean, nullable=False, default=False),  # the brake is off
    Column("held", Integer, nullable=False, default=0),  # removals that wait for an admin
    Column("added", Integer, nullable=False, default=0),
    Column("changed", Integer, nullable=False, default=0),
    Column("removed", Integer, nullable=False, default=0),
    Column("unchanged", Integer, nullable=False, default=0),
    Column("failed", Integer, nullable=False, default=0),
    Column("problems", JSON, nullable=False, default=list),  # [{"path": …, "reason": …}]
    Column("changes", JSON, nullable=False, default=list),  # [{"path": …, "change": "added"}]
    Column("error", Text),
    Column("told_at", UtcDateTime),  # when its end was looked at for an alert
)

# Files of a source of a kind that is not read: equal etags need not be fetched to know it.
refused = Table(
    "refused",
    metadata,
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("key_sha256", String(64), primary_key=True),  # a key may be longer than an index takes
    Column("etag", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("refused_at", UtcDateTime, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(32), primary_key=True),
    of_knowledge_base(),
    Column("source_id", ForeignKey("sources.id", ondelete="SET NULL"), index=True),
    # Path within its source, or the filename of an upload: the same key again is a replacement.
    Column("key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("error", Text),
    Column("live_version_id", String(32)),  # what is searchable; NULL until the first commit
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),
    Index("ix_documents_kb_state", "knowledge_base_id", "state"),
)

versions = Table(
    "document_versions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("filename", Text, nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("size", Integer, nullable=False),
    Column("blob", String(64), nullable=False, index=True),  # sha256 of the bytes
    Column("etag", String(80)),  # of its source, when it follows one: unchanged means unread
    Column("title", Text),  # NULL until it is parsed
    Column("pages", Integer),
    Column("language", String(10)),  # of most of its text: "en", "zh", …; NULL until it is parsed
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("document_id", "number"),
)

document_tags = Table(
    "document_tags",
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(60), primary_key=True, index=True),
)

blocks = Table(
    "blocks",
    metadata,
    Column("version_id", ForeignKey("document_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("headings", JSON, nullable=False),
    Column("level", Integer, nullable=False, default=0),
    Column("page", Integer),
    Column("sheet", Text),
    Column("cells", String(40)),  # "B2:F14" of a sheet
    Column("boxes", JSON),  # one a line, see types.Box
)

chunks = Table(
    "chunks",
    metadata,
    Column("id", String(40), primary_key=True),
    of_knowledge_base(),
    Column(
        "document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column(
        "version_id",
        ForeignKey("document_versions.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("ordinal", Integer, nullable=False),
    Column("text", Text, nullable=False),
    # What stands before the text when it is embedded: title and headings. Never shown.
    Column("context", Text, nullable=False),
    Column("headings", JSON, nullable=False),
    Column("page", Integer),
    Column("first_block", Integer, nullable=False),
    Column("last_block", Integer, nullable=False),
    # sha256 of context + text, without the embedder's prefix
    Column("embedded_sha256", String(64), nullable=False, index=True),
    Column("chunker", String(80), nullable=False),
    Column("tokens", Integer, nullable=False, default=0),  # of context and text, by that chunker
    # Equal for texts that differ in little but numbers, dates and spaces.
    Column("likeness", String(32), nullable=False, default="", index=True),
)

# Texts that many documents of a knowledge base repeat: one of the group takes part in rankings.
boilerplate = Table(
    "boilerplate",
    metadata,
    of_knowledge_base(key=True),
    Column("likeness", String(32), primary_key=True),
    Column("kept_chunk_id", String(40), nullable=False),  # the one that is still found
)

# The same text is never embedded twice by the same embedder.
vectors = Table(
    "vectors",
    metadata,
    Column("embedder", String(255), primary_key=True),  # EmbedderIdentity.key
    Column("text_sha256", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),  # float32 little-endian, unit length
)

revisions = Table(
    "revisions",
    metadata,
    of_knowledge_base(key=True),
    Column("number", Integer, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# A chunk is visible at revision r when born <= r and (died is NULL or r < died).
visibility = Table(
    "visibility",
    metadata,
    Column("chunk_id", ForeignKey("chunks.id", ondelete="CASCADE"), primary_key=True),
    Column("born", Integer, primary_key=True),
    Column("died", Integer),
    Column("knowledge_base_id", String(32), nullable=False),
    Index("ix_visibility_kb_died", "knowledge_base_id", "died"),
    Index("ix_visibility_kb_born", "knowledge_base_id", "born"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(64), primary_key=True),  # the DBOS workflow id
    Column("kind", String(20), nullable=False),  # "ingest" | "sync" | "reindex"
    of_knowledge_base(),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), index=True),
    Column("version_id", String(32)),
    Column("source_id", String(32)),
    Column("run_id", String(64), index=True),  # of the source's run that started it
    Column("label", Text, nullable=False),  # the filename or the source's location
    Column("state", String(20), nullable=False),  # "queued" | "running" | "done" | "failed"
    Column("stage", String(20), nullable=False, default=""),  # a DocumentState, or ""
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("embedded", Integer, nullable=False, default=0),  # texts that a model was asked for
    Column("tokens", Integer, nullable=False, default=0),  # of these texts
    Column("error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_jobs_kb_created", "knowledge_base_id", "created_at"),
)
