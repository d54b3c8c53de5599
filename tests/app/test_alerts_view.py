"""What administrators read of alerts."""

from datetime import UTC, datetime

from sqlalchemy import insert

from app.library.alerts_view import AlertsView
from app.migrations import upgrade
from retrieval.history_tables import alerts
from retrieval.store.database import Database

NIGHT, MORNING = datetime(2026, 11, 22, 2, tzinfo=UTC), datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_an_alert_that_is_over_says_since_when(sqlite: Database) -> None:
    upgrade(sqlite)
    with sqlite.write() as connection:
        for name, kind, at in [
            ("golden:r:lost", "lost", NIGHT),
            ("golden:s:lost", "lost", NIGHT),
            ("golden:r:lost:well", "well", MORNING),
        ]:
            row = {"id": name, "kind": kind, "text": "Base: …", "created_at": at}
            connection.execute(insert(alerts).values(row))
    shown = AlertsView(sqlite).newest()
    assert [(alert.id, alert.resolved_at) for alert in shown] == [
        ("golden:r:lost:well", None),
        ("golden:r:lost", MORNING),
        ("golden:s:lost", None),
    ]
