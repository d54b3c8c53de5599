"""Shapes of sources, their runs, and alerts."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, SecretStr, computed_field

from app.shapes.base import Ids, In, Out
from app.shapes.library import GroupRefOut
from app.shapes.reasons import Reason, reason_of

SourceKind = Literal["folder", "s3", "webdav", "website", "git"]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Patterns = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=300)]], Field(max_length=50)
]


class CredentialsIn(In):
    """Kept sealed and never handed out again. S3: access key and secret; Git: user and token."""

    username: Annotated[str, Field(max_length=300)] = ""
    password: SecretStr


class SourceOptions(In):
    """What only one kind of source has."""

    endpoint: Annotated[str, Field(max_length=1000)] | None = None  # s3: not AWS
    region: Annotated[str, Field(max_length=60)] | None = None  # s3
    branch: Annotated[str, Field(max_length=200)] | None = None  # git; none: the default one
    max_pages: Annotated[int, Field(ge=1, le=100_000)] | None = None  # website


class SourceIn(In):
    kind: SourceKind = "folder"
    # folder: absolute path; s3: s3://bucket/prefix; webdav, website, git: a URL
    location: Annotated[str, Field(min_length=1, max_length=4000)]
    options: SourceOptions = SourceOptions()
    include: Patterns = Field(default_factory=list)  # as in .gitignore; empty: everything
    exclude: Patterns = Field(default_factory=list)
    credentials: CredentialsIn | None = None
    cron: Annotated[str, Field(max_length=100)] | None = None  # null: the nightly schedule
    brake_share: Share = 0.3
    reader_group_ids: Ids = Field(default_factory=list)  # empty: who may read the knowledge base


class SourcePatchIn(In):
    """What is given is changed. `cron` "" goes back to the nightly schedule."""

    include: Patterns | None = None
    exclude: Patterns | None = None
    credentials: CredentialsIn | None = None
    cron: Annotated[str, Field(max_length=100)] | None = None
    brake_share: Share | None = None
    reader_group_ids: Ids | None = None
    enabled: bool | None = None


class SyncIn(In):
    dry_run: bool = False  # compare and report, change nothing
    remove_anyway: bool = False  # what the brake holds is removed


class ProblemOut(Out):
    path: str
    reason: str

    @computed_field
    def reason_code(self) -> Reason | None:
        return reason_of(self.reason)


class ChangeOut(Out):
    path: str
    change: Literal["added", "changed", "removed", "held"]


class SourceRunOut(Out):
    """One line of a run: what it compared. Documents may still be on their way."""

    id: str
    source_id: str
    started_at: datetime
    finished_at: datetime | None
    state: Literal["running", "done", "held", "failed"]
    dry_run: bool
    added: int
    changed: int
    removed: int
    unchanged: int
    held: int  # removals that wait for an admin
    failed: int  # could not be fetched, were refused, or failed to be read
    error: str | None

    @computed_field
    def error_code(self) -> Reason | None:
        return reason_of(self.error)


class RunReportOut(SourceRunOut):
    """The one-page report, with what became of the documents."""

    location: str
    working: int  # documents still on their way
    seconds: float | None  # to the end of the last document; null while any is on its way
    embedded: int  # texts that the model was asked for
    tokens: int  # of these texts
    problems: list[ProblemOut]
    changes: list[ChangeOut]


class SourceOut(Out):
    id: str
    knowledge_base_id: str
    kind: SourceKind
    location: str
    options: SourceOptions
    include: list[str]
    exclude: list[str]
    has_credentials: bool
    cron: str | None
    brake_share: float
    readers: list[GroupRefOut]
    restricted: bool  # to its readers; when these were all deleted, to administrators
    enabled: bool
    documents: int
    created_at: datetime
    last_run: SourceRunOut | None
    next_run_at: datetime | None  # null when it is paused


class AlertOut(Out):
    id: str
    # lost, unasked: golden questions; well: one of these two is over
    kind: Literal["failed", "held", "silent", "lost", "unasked", "well"]
    text: str
    source_id: str | None
    delivered: dict[str, str]  # channel to "" or to why not
    created_at: datetime
    resolved_at: datetime | None  # when a golden question's alert was over

    @computed_field
    def reason_code(self) -> Reason | None:
        """Of the failure that the text tells."""
        return reason_of(self.text)


class AlertTestOut(Out):
    delivered: dict[str, str]  # channel to "" or to why not; empty: none is set up
