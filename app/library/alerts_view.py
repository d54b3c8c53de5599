"""What administrators were told."""

from dataclasses import dataclass

from sqlalchemy import select

from app.shapes.following import AlertOut
from retrieval.database import Database
from retrieval.history_tables import alerts

SHOWN = 100


@dataclass(frozen=True, slots=True)
class AlertsView:
    database: Database

    def newest(self) -> list[AlertOut]:
        query = select(alerts).order_by(alerts.c.created_at.desc(), alerts.c.id).limit(SHOWN)
        with self.database.read() as connection:
            return [AlertOut.model_validate(row) for row in connection.execute(query)]
