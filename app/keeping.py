"""The part of the composition root that keeps the past: snapshots, rollback, purge, forgetting."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import structlog

from app.answers.quotations import StoredQuotations
from app.care.checks import Checks
from app.care.gone import Gone
from app.care.traces import StoredTraces
from app.clock import utc_now
from app.settings import Settings
from app.tokens import new_id
from ingestion.blobs import Blobs
from ingestion.history.nightly import NightlyPruning
from ingestion.history.purge import Purge
from ingestion.history.retention import Forgotten, Retention
from ingestion.history.rollback import Rollback
from ingestion.history.snapshots import Snapshots
from ingestion.schedule import Schedule
from retrieval.indexes.index import Index
from retrieval.types import KnowledgeBaseId

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Keeping:
    snapshots: Snapshots
    rollback: Rollback
    purge: Purge
    pruning: NightlyPruning
    checks: Checks
    gone: Gone

    @property
    def before_changes(self) -> Callable[[KnowledgeBaseId], object]:
        """What a source's run calls before it changes a knowledge base."""
        return lambda base: self.snapshots.take(base, "nightly", _night(), "Colophon")


def keep_past(settings: Settings, index: Index, blobs: Blobs) -> Keeping:
    database = index.corpus.database
    snapshots = Snapshots(database, settings.history.snapshots, new_id, utc_now)
    retention = Retention(index, blobs, snapshots, settings.history.days, utc_now)
    purge = Purge(database, blobs, index, StoredTraces(StoredQuotations()), utc_now)
    return Keeping(
        snapshots=snapshots,
        rollback=Rollback(database, index, snapshots, utc_now),
        purge=purge,
        pruning=NightlyPruning(
            retention, Schedule(settings.nightly.cron), utc_now, _tell, utc_now()
        ),
        checks=Checks(database, index, blobs, purge, utc_now),
        gone=Gone(database, index, blobs, settings.data_dir),
    )


def _night() -> str:
    return f"Before the run of {utc_now():%Y-%m-%d %H:%M} UTC"


def _tell(gone: Forgotten) -> None:
    log.info("history.forgotten", **asdict(gone))
