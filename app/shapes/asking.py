"""Shapes of questions, answers, their stream and their history."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from app.shapes.attachments import AttachmentOut
from app.shapes.base import Ids, In, Out
from app.shapes.library import BoxOut
from retrieval.answers import ConfidenceLevel, Outcome, Reduced, Verdict

Question = Annotated[str, Field(min_length=1, max_length=4000)]


Words = Annotated[list[Annotated[str, Field(min_length=1, max_length=60)]], Field(max_length=50)]


class FiltersIn(In):
    """Which documents are wanted; an empty list asks for nothing in particular."""

    source_ids: Ids = Field(default_factory=list)
    kinds: Words = Field(default_factory=list)  # "pdf", "word", …
    tags: Words = Field(default_factory=list)  # a document needs one of them
    languages: Words = Field(default_factory=list)  # "en", "zh", …
    since: date | None = None  # last change of the document, inclusive, in UTC
    until: date | None = None  # inclusive


class AskIn(In):
    question: Question
    conversation_id: str | None = None  # None starts a conversation
    # None: all that the asker may read; none at all is allowed where files are searched.
    knowledge_base_ids: Ids | None = None
    filters: FiltersIn = Field(default_factory=FiltersIn)
    # Files of one's own that are read; they stay with the conversation.
    attachment_ids: Annotated[list[str], Field(max_length=100)] = Field(default_factory=list)


class ScoresOut(Out):
    bm25: float | None
    dense: float | None
    fused: float
    rerank: float | None


class CitationOut(Out):
    number: int
    chunk_id: str
    # Of an attachment, `document_id` is its id and `knowledge_base_id` is "attachment".
    source_kind: Literal["document", "attachment"] = "document"
    knowledge_base_id: str
    document_id: str
    document_title: str
    filename: str
    version_number: int
    page: int | None
    headings: list[str]
    quote: str  # verbatim words of the document; find them in the blocks first_block..last_block
    first_block: int
    last_block: int
    updated_at: datetime
    scores: ScoresOut
    boxes: list[BoxOut]  # the lines of the quote on its pages; empty where there are none
    # From 1: on its page, or in the document's text where there are no pages. null: not known.
    first_line: int | None
    last_line: int | None


class ContextOut(Out):
    """What the model was given to read, and what was cut from it."""

    passages: int
    widened: int
    left_out: int
    shortened: bool
    tokens: int
    budget: int
    whole: int = 0  # tables and sections of which all was given, where not all of it was found
    too_long: int = 0  # … of which all should have been given, and had no room


class SentenceOut(Out):
    text: str  # "" when withheld
    citations: list[int]
    verdict: Verdict
    reason: str | None
    is_quote: bool
    starts_paragraph: bool


class ConfidenceOut(Out):
    value: float
    level: ConfidenceLevel
    reasons: list[str]


class AnswerOut(Out):
    question: str
    standalone_question: str
    outcome: Outcome
    sentences: list[SentenceOut]
    citations: list[CitationOut]
    closest: list[CitationOut]
    maintainers: list[str]  # of the searched knowledge bases; shown with a refusal
    withheld: int
    confidence: ConfidenceOut
    reasoning: str
    degraded: str | None
    reduced: Reduced | None  # what too many questions at once cost it
    seconds: float
    model: str
    context: ContextOut | None  # null when no model was asked
    # Of several things that were asked: those that the knowledge base does not answer.
    unanswered: list[str] = Field(default_factory=list)
    # Ids of the documents that it was made from, cited or not: who may no longer read one of them
    # is not shown what was thought about it.
    read: list[str] = Field(default_factory=list)


class StartedEvent(Out):
    """SSE `started`: always first."""

    conversation_id: str
    turn_id: str
    title: str


class StageEvent(Out):
    """SSE `stage`: what happens now. Counts are those of the stage."""

    stage: Literal["searching", "reading", "waiting", "writing"]
    knowledge_bases: int = 0
    passages: int = 0
    # Of a question that waits for the language model: how many are before it, and the seconds that
    # it will probably wait; null when it does not wait, or nobody knows.
    ahead: int | None = None
    seconds: float | None = None


class ReasoningEvent(Out):
    """SSE `reasoning`: a piece of the model's reasoning, for the fold."""

    text: str


class SentenceEvent(Out):
    """SSE `sentence`: the next checked sentence; unsupported words never travel."""

    sentence: SentenceOut
    citations: list[CitationOut]  # those that this sentence is the first to cite


class FinishedEvent(Out):
    """SSE `finished`: the whole answer, as stored. Replaces all that was streamed."""

    turn_id: str
    answer: AnswerOut


class FailedEvent(Out):
    """SSE `failed`: ends the stream instead of `finished`."""

    code: str
    message: str
    request_id: str


class ConversationOut(Out):
    id: str
    title: str
    pinned: bool
    created_at: datetime
    updated_at: datetime


class TurnOut(Out):
    id: str
    question: str
    answer: AnswerOut | None
    error: str | None
    feedback: Literal["up", "down"] | None
    feedback_reason: str | None
    created_at: datetime


class ConversationDetailOut(ConversationOut):
    turns: list[TurnOut]
    attachments: list[AttachmentOut] = Field(default_factory=list)  # that its questions search


class ConversationPatchIn(In):
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    pinned: bool | None = None


class FeedbackIn(In):
    feedback: Literal["up", "down"] | None  # None takes it back
    reason: Literal["wrong", "incomplete", "outdated", "source_missing"] | None = None


class SearchIn(In):
    question: Question
    knowledge_base_ids: Ids | None = None
    filters: FiltersIn = Field(default_factory=FiltersIn)
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class PassageOut(Out):
    chunk_id: str
    knowledge_base_id: str
    document_id: str
    document_title: str
    filename: str
    version_number: int
    page: int | None
    headings: list[str]
    text: str
    first_block: int
    last_block: int
    updated_at: datetime
    scores: ScoresOut


class SearchOut(Out):
    passages: list[PassageOut]
    degraded: str | None
