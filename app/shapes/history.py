"""Shapes of snapshots, differences, purges and golden questions."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app.shapes.base import In, Out
from app.shapes.library import Name

SnapshotKind = Literal["manual", "nightly", "model", "rollback"]


class SnapshotIn(In):
    name: Name


class SnapshotOut(Out):
    id: str
    knowledge_base_id: str
    revision: int
    name: str
    kind: SnapshotKind
    created_by: str
    created_at: datetime
    documents: int
    is_live: bool  # nothing was committed since


class DocumentChangeOut(Out):
    document_id: str
    title: str
    change: Literal["added", "removed", "changed"]
    from_version: int | None
    to_version: int | None


class DiffOut(Out):
    """What going from one revision to the other does."""

    from_revision: int
    to_revision: int
    documents: list[DocumentChangeOut]  # by title
    chunks_added: int
    chunks_removed: int


class RollbackOut(Out):
    revision: int  # the new one, equal to the old
    diff: DiffOut
    paused_sources: list[str]  # locations: following them would bring the changes back


class PurgeOut(Out):
    title: str
    versions: int
    chunks: int
    vectors: int  # no other text had them
    originals: int  # no other document had the same bytes
    answers: int  # in conversations, that quoted it


class GoneIn(In):
    sentence: Annotated[str, Field(min_length=8, max_length=2000)]


class GonePlaceOut(Out):
    place: str  # "blocks", "answers", "colophon.sqlite3-wal" …
    found: int


class GoneOut(Out):
    gone: bool
    looked_in: list[str]
    found: list[GonePlaceOut]


class GoldenQuestionIn(In):
    """At least one of `filename` and `phrase`: what a right passage belongs to, or holds.

    Neither of them when it is `unanswerable`: a question that must be refused.
    """

    question: Annotated[str, Field(min_length=1, max_length=4000)]
    filename: Annotated[str, Field(max_length=255)] | None = None
    phrase: Annotated[str, Field(max_length=1000)] | None = None
    unanswerable: bool = False


class GoldenQuestionsIn(In):
    questions: Annotated[list[GoldenQuestionIn], Field(min_length=1, max_length=1000)]


class GoldenQuestionOut(Out):
    id: str
    knowledge_base_id: str
    question: str
    filename: str | None
    phrase: str | None
    unanswerable: bool  # must be refused; it counts in no run, for it has no right place
    rank: int | None  # in the last run, from 1; null when it was not found or never asked
    created_at: datetime


class RefusalsOut(Out):
    """Of the golden questions, with the threshold of that day."""

    refuse_below: float
    answerable: int
    wrongly_refused: int  # of these
    unanswerable: int
    rightly_refused: int  # of these
    chances: dict[str, float]  # that the sources answer, by question


class GoldenRunOut(Out):
    id: str
    knowledge_base_id: str
    revision: int
    embedder: str
    chunker: str
    reason: Literal["manual", "nightly", "model", "restore"]
    configuration: str  # "live", or how else passages were ranked: "keywords", "candidates=20", …
    questions: int
    recall: float  # share found among the first five passages
    reciprocal_rank: float
    milliseconds: float | None  # median of a search, embedding included
    refusals: RefusalsOut | None  # null: that was not measured
    created_at: datetime


class GoldenResultOut(Out):
    question_id: str
    question: str
    filename: str | None
    phrase: str | None
    rank: int | None  # from 1; null when it was not found


class GoldenRunDetailOut(GoldenRunOut):
    """With the rank of each question that is still kept."""

    results: list[GoldenResultOut]
