"""Everything that a request may need, built once by `app/wiring.py`.

Routes reach it through `app.api.deps.PlatformDep`. Collaborators with resources are closed by the
wiring, in reverse order; nothing here opens anything.
"""

from dataclasses import dataclass

from app.answers.asking import Asking
from app.answers.conversations import Conversations
from app.answers.explaining import Explaining
from app.answers.openai_chat import OpenAIChat
from app.answers.recall import Recall
from app.answers.turns import Turns
from app.attachments.taking import AttachedFiles
from app.care.gone import Gone
from app.doctor import Doctor
from app.edge.metrics import HttpMetrics
from app.library.alerts_view import AlertsView
from app.library.documents_view import DocumentsView
from app.library.facets import Facets
from app.library.golden_view import GoldenView
from app.library.jobs_view import JobsView
from app.library.pages_view import PagesView
from app.library.reading import Reading
from app.library.run_reports import RunReports
from app.library.shelves import Library
from app.library.snapshots_view import SnapshotsView
from app.library.source_readers import SourceReaders
from app.library.sources_view import SourcesView
from app.library.tags import Tags
from app.people.access import Access
from app.people.accounts import Accounts
from app.people.api_keys import ApiKeys
from app.people.audit import Audit
from app.people.directory import Directory
from app.people.groups import Groups
from app.people.local_key import LocalKey
from app.people.sessions import Sessions
from app.people.sign_in import SignIn
from app.ports import (
    AlertTest,
    BlobPaths,
    GoldenAsking,
    ModelStatus,
    PassageSearch,
    Reindexes,
    Removals,
    SourceRegister,
    SourceRuns,
    Uploads,
)
from app.settings import Settings
from app.unanswered.complaints import Complaints
from app.unanswered.view import UnansweredView
from ingestion.history.purge import Purge
from ingestion.history.rollback import Rollback
from ingestion.history.snapshots import Snapshots
from retrieval.store.database import Database


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
    tags: Tags
    facets: Facets
    reading: Reading
    pages: PagesView
    jobs: JobsView
    sources_view: SourcesView
    conversations: Conversations
    turns: Turns
    recall: Recall
    asking: Asking
    attachments: AttachedFiles
    openai: OpenAIChat
    explaining: Explaining
    unanswered: UnansweredView
    complaints: Complaints
    searcher: PassageSearch
    golden: GoldenView
    golden_asking: GoldenAsking
    reindexing: Reindexes
    uploads: Uploads
    removals: Removals
    sources: SourceRegister
    source_runs: SourceRuns
    source_readers: SourceReaders
    run_reports: RunReports
    alerts: AlertsView
    alert_test: AlertTest
    blobs: BlobPaths
    snapshots: Snapshots
    snapshots_view: SnapshotsView
    rollback: Rollback
    purge: Purge
    gone: Gone
