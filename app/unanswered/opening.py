"""The part of the composition root that gathers what nothing answered."""

from dataclasses import dataclass

from app.clock import utc_now
from app.library.reading import Reading
from app.people.audit import Audit
from app.settings import Settings
from app.tokens import new_id
from app.unanswered.complaints import Complaints
from app.unanswered.view import UnansweredView
from app.unanswered.weekly import Grouping, WeeklyGrouping
from ingestion.schedule import Schedule
from retrieval.ports import Embedder
from retrieval.store.database import Database


@dataclass(frozen=True, slots=True)
class Missed:
    view: UnansweredView
    weekly: WeeklyGrouping

    def complaints(self, reading: Reading) -> Complaints:
        return Complaints(self.view.database, reading)


def gather_missed(settings: Settings, database: Database, embedder: Embedder) -> Missed:
    grouping = Grouping(database, embedder, new_id, utc_now)
    schedule = Schedule(settings.quality.weekly_cron)
    return Missed(
        view=UnansweredView(database, grouping, Audit(database, utc_now), utc_now),
        weekly=WeeklyGrouping(grouping, schedule),
    )
