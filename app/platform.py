"""Everything that a request may need, built once by `app/wiring.py`.

Routes reach it through `app.api.deps.PlatformDep`. Collaborators with resources are closed by the
wiring, in reverse order; nothing here opens anything.
"""

from dataclasses import dataclass

from app.access import Access
from app.accounts import Accounts
from app.api_keys import ApiKeys
from app.asking import Asking
from app.audit import Audit
from app.conversations import Conversations
from app.directory import Directory
from app.doctor import Doctor
from app.documents_view import DocumentsView
from app.groups import Groups
from app.jobs_view import JobsView
from app.library import Library
from app.local_key import LocalKey
from app.metrics import HttpMetrics
from app.openai_chat import OpenAIChat
from app.ports import (
    BlobPaths,
    FolderSources,
    ModelStatus,
    PassageSearch,
    Removals,
    Uploads,
)
from app.reading import Reading
from app.recall import Recall
from app.sessions import Sessions
from app.settings import Settings
from app.sign_in import SignIn
from app.sources_view import SourcesView
from app.turns import Turns
from retrieval.database import Database


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
    doctor: Doctor
    local_key: LocalKey
    library: Library
    documents: DocumentsView
    reading: Reading
    jobs: JobsView
    sources_view: SourcesView
    conversations: Conversations
    turns: Turns
    recall: Recall
    asking: Asking
    openai: OpenAIChat
    searcher: PassageSearch
    uploads: Uploads
    removals: Removals
    sources: FolderSources
    blobs: BlobPaths
