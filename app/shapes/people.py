"""Shapes of accounts, groups, sessions and API keys."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app.shapes.base import Ids, In, Out

Role = Literal["admin", "employee"]
Username = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\s/\\]+$")]
Password = Annotated[str, Field(min_length=10, max_length=200)]
DisplayName = Annotated[str, Field(min_length=1, max_length=120)]


class SignInIn(In):
    username: Annotated[str, Field(min_length=1, max_length=120)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class MeOut(Out):
    id: str
    username: str
    display_name: str
    role: Role


class GroupOut(Out):
    id: str
    name: str
    members: int
    built_in: bool  # "everyone": all users, cannot be changed


class GroupIn(In):
    name: Annotated[str, Field(min_length=1, max_length=120)]


class UserOut(Out):
    id: str
    username: str
    display_name: str
    role: Role
    disabled: bool
    group_ids: list[str]
    sessions: int  # live ones
    created_at: datetime


class UserIn(In):
    username: Username
    display_name: DisplayName
    role: Role = "employee"
    password: Password
    group_ids: Ids = Field(default_factory=list)


class UserPatchIn(In):
    display_name: DisplayName | None = None
    role: Role | None = None
    disabled: bool | None = None
    password: Password | None = None
    group_ids: Ids | None = None


class PasswordChangeIn(In):
    current: Annotated[str, Field(min_length=1, max_length=200)]
    new: Password


class ApiKeyIn(In):
    name: Annotated[str, Field(min_length=1, max_length=120)]


class ApiKeyOut(Out):
    id: str
    name: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None


class ApiKeyCreatedOut(ApiKeyOut):
    token: str  # shown once


class AuditEntryOut(Out):
    id: str
    at: datetime
    actor: str
    action: str
    target: str
    detail: dict[str, str]


class ModelStatusOut(Out):
    name: str
    role: Literal["embedder", "generator", "reranker"]
    state: Literal["waiting", "loading", "ready", "failed"]
    progress: float  # 0 to 1
    detail: str


class StatusOut(Out):
    """What the status line of the web says; any signed-in user may read it."""

    version: str
    models: list[ModelStatusOut]
    search_ready: bool
    answers_ready: bool
