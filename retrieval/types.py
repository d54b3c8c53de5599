"""The words that every room speaks: KnowledgeBase, Document, Chunk, Passage, Citation, Answer.

Frozen values only. SQL rows become these in `corpus.py`; HTTP shapes are made from these in `app`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

import numpy as np
from numpy.typing import NDArray

KnowledgeBaseId = NewType("KnowledgeBaseId", str)
DocumentId = NewType("DocumentId", str)
VersionId = NewType("VersionId", str)
ChunkId = NewType("ChunkId", str)
Vector = NDArray[np.float32]

# Where passages stand that are of no knowledge base: files that the asker attached.
ATTACHED = KnowledgeBaseId("attachment")


class BlockKind(StrEnum):
    """What a block of a parsed document is. A reader renders each kind in its own way."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    CODE = "code"
    CAPTION = "caption"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Box:
    """Where characters `start` to `end` of a block's text stand: one line of a page.

    Lengths in page units (points of a PDF or slide, pixels of a picture); the origin is the upper
    left corner of the page as people see it, y grows downwards.
    """

    page: int  # from 1; a block may go on overleaf
    left: float
    top: float
    right: float
    bottom: float
    start: int
    end: int  # exclusive


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, table … in reading order. `text` of a table is Markdown."""

    kind: BlockKind
    text: str
    headings: tuple[
        str, ...
    ] = ()  # path above this block, outermost first; a heading excludes itself
    level: int = 0  # heading level from 1; 0 for everything else
    page: int | None = None  # from 1: page of a PDF, slide of a PPTX; None where there are none
    sheet: str | None = None
    cells: str | None = None  # "B2:F14" of the sheet
    boxes: tuple[Box, ...] = ()  # in the order of the text; empty where there are no pages


@dataclass(frozen=True, slots=True)
class Chunk:
    """Immutable. A changed text is another chunk with another id."""

    id: ChunkId
    knowledge_base: KnowledgeBaseId
    document: DocumentId
    version: VersionId
    ordinal: int  # from 0, position in its document
    text: str  # what people read: the blocks' texts joined by a blank line
    headings: tuple[str, ...]
    page: int | None  # page of the first block
    first_block: int
    last_block: int  # inclusive

    @property
    def breadcrumb(self) -> str:
        return " › ".join(self.headings)


class DocumentState(StrEnum):
    """Stages that an upload is seen in; only SEARCHABLE ones are found."""

    STORED = "stored"
    PARSING = "parsing"
    EMBEDDING = "embedding"
    SEARCHABLE = "searchable"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Document:
    id: DocumentId
    knowledge_base: KnowledgeBaseId
    title: str
    filename: str
    media_type: str
    size: int  # bytes
    version: VersionId
    version_number: int  # from 1
    state: DocumentState
    error: str | None  # a sentence for the admin, when FAILED
    pages: int | None
    chunks: int
    source: str | None  # id of the source that follows it; None for an upload
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    id: KnowledgeBaseId
    name: str
    description: str
    maintainer: str  # whom to ask when the answer is not there; may be empty
    live_revision: int
    suggested_questions: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents a question wants. An empty set or None asks for nothing in particular."""

    sources: frozenset[str] = frozenset()  # ids; documents that no source follows have none
    kinds: frozenset[str] = frozenset()  # "pdf", "word", …: retrieval/search/kinds.py has them
    tags: frozenset[str] = frozenset()  # a document needs one of them
    languages: frozenset[str] = frozenset()  # of the document's text: "en", "zh", …
    since: date | None = None  # last change of the document, inclusive, in UTC
    until: date | None = None  # inclusive


@dataclass(frozen=True, slots=True)
class Scope:
    """What the asker may read now. Resolved per request; never optional, never cached."""

    knowledge_bases: frozenset[KnowledgeBaseId]
    withheld_sources: frozenset[str] = frozenset()  # ids; their documents are for other groups
    filters: Filters = Filters()  # of what they may read, what this question wants

    @property
    def is_cut(self) -> bool:
        """Whether it may leave only a part of its knowledge bases."""
        return bool(self.withheld_sources) or self.filters != Filters()


@dataclass(frozen=True, slots=True)
class Scores:
    """Every stage's score of one passage; None where that stage did not see it."""

    bm25: float | None = None
    dense: float | None = None  # cosine, -1 to 1
    fused: float = 0.0
    rerank: float | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found for one question, with what a citation of it needs."""

    chunk: Chunk
    document_title: str
    filename: str
    version_number: int
    updated_at: datetime
    scores: Scores


@dataclass(frozen=True, slots=True)
class Found:
    """What a search returns. `degraded` says in a sentence what was left out, if anything."""

    passages: tuple[Passage, ...]
    degraded: str | None = None
    # For the page that explains: all that was compared, best first, and what each stage took.
    considered: tuple[Passage, ...] = field(default=(), compare=False)
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)
