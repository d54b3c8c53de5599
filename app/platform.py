"""Everything that a request may need, built once by `app/wiring.py`.

Routes reach it through `app.api.deps.PlatformDep`. Collaborators with resources are closed by the
wiring, in reverse order; nothing here opens anything.
"""

from dataclasses import dataclass
from typing import Protocol

from app.access import Access
from app.accounts import Accounts
from app.api_keys import ApiKeys
from app.audit import Audit
from app.directory import Directory
from app.groups import Groups
from app.metrics import HttpMetrics
from app.sessions import Sessions
from app.settings import Settings
from app.shapes.people import ModelStatusOut
from app.sign_in import SignIn
from retrieval.database import Database


class ModelStatus(Protocol):
    """How the models are. Answers at once from what is known; never waits for an engine."""

    def models(self) -> list[ModelStatusOut]: ...


@dataclass(frozen=True, slots=True)
class Platform:
    settings: Settings
    database: Database
    metrics: HttpMetrics
    audit: Audit
    sessions: Sessions
    api_keys: ApiKeys
    accounts: Accounts
    directory: Directory
    groups: Groups
    access: Access
    sign_in: SignIn
    model_status: ModelStatus
