"""Shapes of knowledge bases, documents and jobs."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, computed_field

from app.shapes.base import Ids, In, Out
from app.shapes.reasons import Reason, reason_of
from retrieval.answers import Checking
from retrieval.types import BlockKind, DocumentState

Name = Annotated[str, Field(min_length=1, max_length=120)]
SuggestedQuestions = Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=20)]


class KnowledgeBaseOut(Out):
    """What every reader of it may see."""

    id: str
    name: str
    description: str
    maintainer: str
    suggested_questions: list[str]
    documents: int  # searchable
    updated_at: datetime


class GroupRefOut(Out):
    id: str
    name: str


class KnowledgeBaseAdminOut(KnowledgeBaseOut):
    readers: list[GroupRefOut]
    chunks: int
    size: int  # bytes of the live versions
    failed: int  # documents whose last ingest failed
    working: int  # documents on their way
    live_revision: int
    embedder: str | None  # what its live index is built with; null before the first document
    chunker: str | None
    reindex_needed: bool  # the settings ask for another embedder or chunker
    checking: Checking  # what happens to a sentence that its sources do not support
    refuse_below: float | None  # chance that the sources answer, 0 to 1; null: the usual one
    may_leave: bool  # whether the second language model, perhaps somebody else's, may read it
    created_at: datetime


class KnowledgeBaseIn(In):
    name: Name
    description: Annotated[str, Field(max_length=2000)] = ""
    maintainer: Annotated[str, Field(max_length=200)] = ""
    suggested_questions: SuggestedQuestions = Field(default_factory=list)
    reader_group_ids: Ids = Field(default_factory=list)


class KnowledgeBasePatchIn(In):
    name: Name | None = None
    description: Annotated[str, Field(max_length=2000)] | None = None
    maintainer: Annotated[str, Field(max_length=200)] | None = None
    suggested_questions: SuggestedQuestions | None = None
    reader_group_ids: Ids | None = None
    checking: Checking | None = None
    # null sets the usual threshold again; left out, it stays as it is.
    refuse_below: Annotated[float, Field(ge=0, le=1)] | None = None
    may_leave: bool | None = None


class JobOut(Out):
    id: str
    kind: Literal["ingest", "sync", "reindex"]
    knowledge_base_id: str
    document_id: str | None
    label: str
    state: Literal["queued", "running", "done", "failed"]
    stage: str
    done: int
    total: int
    error: str | None
    created_at: datetime
    updated_at: datetime

    @computed_field
    def error_code(self) -> Reason | None:
        return reason_of(self.error)


class DocumentOut(Out):
    id: str
    knowledge_base_id: str
    title: str
    filename: str
    media_type: str
    size: int
    version_number: int
    state: DocumentState
    error: str | None
    pages: int | None
    chunks: int
    source: str | None
    language: str | None  # of most of its text, e.g. "en"
    tags: list[str]  # by name
    created_at: datetime
    updated_at: datetime

    @computed_field
    def error_code(self) -> Reason | None:
        return reason_of(self.error)


class DocumentDetailOut(DocumentOut):
    job: JobOut | None  # the newest


class UploadOut(Out):
    """202: stored, on its way. `unchanged` when the same bytes are there already."""

    document: DocumentOut
    job: JobOut | None
    unchanged: bool


class BoxOut(Out):
    """Where characters `start` to `end` of the block stand: one line. Origin: upper left."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    start: int
    end: int


class BlockOut(Out):
    """A block of the text view, in reading order. `text` of a table is Markdown."""

    ordinal: int
    kind: BlockKind
    text: str
    headings: list[str]
    level: int
    page: int | None
    sheet: str | None
    cells: str | None
    boxes: list[BoxOut]


class DocumentTextOut(Out):
    """What the Reader shows to anyone who may read the document."""

    document: DocumentOut
    knowledge_base_name: str
    blocks: list[BlockOut]


class PageSizeOut(Out):
    """In the units of the boxes: points of a PDF, pixels of a picture."""

    width: float
    height: float


class PagesOut(Out):
    """All pages in their order, as they can be drawn."""

    pages: list[PageSizeOut]


class ChunkOut(Out):
    id: str
    ordinal: int
    text: str
    headings: list[str]
    page: int | None
    first_block: int
    last_block: int
