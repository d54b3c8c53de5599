"""Tables of people, access and conversations, in the one MetaData that retrieval owns."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from retrieval import history_tables  # noqa: F401  (adds its tables to the MetaData)
from retrieval.columns import UtcDateTime, of_knowledge_base
from retrieval.tables import metadata

users = Table(
    "users",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("username", String(120), nullable=False, unique=True),  # lower case
    Column("display_name", String(120), nullable=False),
    Column("password_hash", Text, nullable=False),  # argon2id
    Column("role", String(20), nullable=False),  # "admin" | "employee"
    Column("disabled", Boolean, nullable=False, default=False),
    Column("created_at", UtcDateTime, nullable=False),
)

groups = Table(
    "groups",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(120), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("group_id", ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# Who may read a knowledge base. Group "everyone" (app/people/access.py) needs no memberships.
readers = Table(
    "knowledge_base_readers",
    metadata,
    of_knowledge_base(key=True),
    Column("group_id", ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
)

# Who may read the documents of a source; none: whoever may read its knowledge base.
source_readers = Table(
    "source_readers",
    metadata,
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("user_agent", String(300), nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("prefix", String(16), nullable=False),  # shown in lists
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("pinned", Boolean, nullable=False, default=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),  # delete has an undo
    Index("ix_conversations_user_updated", "user_id", "updated_at"),
)

# One question with its answer.
turns = Table(
    "turns",
    metadata,
    Column("id", String(32), primary_key=True),
    Column(
        "conversation_id",
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("question", Text, nullable=False),
    # What it was asked of: ids of knowledge bases, types.ATTACHED for files; NULL: not known.
    Column("asked_of", JSON),
    Column("answer", JSON),  # shape AnswerOut; NULL while it is made or when it failed
    Column("error", Text),
    Column("feedback", String(10)),  # "up" | "down"
    Column("feedback_reason", String(40)),  # "wrong" | "incomplete" | "outdated" | "source_missing"
    Column("created_at", UtcDateTime, nullable=False),
)

# A file that somebody attached to a question: searched for its conversation, by its owner alone.
# All that is known of it is in its row, so that deleting the row erases it.
attachments = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    # NULL until a question was asked with it.
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    Column("turn_id", ForeignKey("turns.id", ondelete="SET NULL"), index=True),  # the first one
    Column("filename", Text, nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("state", String(20), nullable=False, index=True),  # "reading" | "ready" | "failed"
    Column("error", Text),  # a sentence for its owner, when it failed
    Column("content", LargeBinary),  # the file, while it is read; NULL afterwards
    Column("tries", Integer, nullable=False, default=0),  # of reading: a restart begins anew
    Column("title", Text),
    Column("pages", Integer),
    Column("blocks", JSON),  # as a child of the parser sends them, see ingestion/parsing/wire.py
    Column("passages", JSON),  # of the chunker, in reading order
    Column("embedder", String(255)),  # EmbedderIdentity.key
    Column("vectors", LargeBinary),  # (passages, dim) float32 little-endian, unit length
    Column("created_at", UtcDateTime, nullable=False),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("actor_id", String(32)),  # no key: the entry outlives the user
    Column("actor", String(120), nullable=False),
    Column("action", String(60), nullable=False),  # "document.delete", "user.create", …
    Column("target", Text, nullable=False),
    # Of a document: no key, and no name but in `target`, which a purge takes out.
    Column("document_id", String(32), index=True),
    Column("detail", JSON, nullable=False, default=dict),
)
