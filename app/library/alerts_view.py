"""What administrators were told."""

from dataclasses import dataclass

from sqlalchemy import select

from app.shapes.following import AlertOut
from ingestion.quality.noticing import IS_OVER
from retrieval.history_tables import alerts
from retrieval.store.database import Database

SHOWN = 100


@dataclass(frozen=True, slots=True)
class AlertsView:
    database: Database

    def newest(self) -> list[AlertOut]:
        over = alerts.alias("over")
        query = (
            select(alerts, over.c.created_at.label("resolved_at"))
            .outerjoin(over, over.c.id == alerts.c.id + IS_OVER)
            .order_by(alerts.c.created_at.desc(), alerts.c.id)
            .limit(SHOWN)
        )
        with self.database.read() as connection:
            return [AlertOut.model_validate(row) for row in connection.execute(query)]
