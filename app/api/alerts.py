"""What administrators were told of their sources."""

from fastapi import APIRouter

from app.api.deps import AdminUser, PlatformDep
from app.people.audit import Entry
from app.shapes.following import AlertOut, AlertTestOut

router = APIRouter(prefix="/admin/alerts", tags=["alerts"])


@router.get("")
def list_alerts(_admin: AdminUser, platform: PlatformDep) -> list[AlertOut]:
    """The newest hundred."""
    return platform.alerts.newest()


@router.post("/test")
def send_test_alert(user: AdminUser, platform: PlatformDep) -> AlertTestOut:
    """Sends one by every channel that is set up, and says what became of it."""
    delivered = platform.alert_test.send_test()
    said = {channel: reason or "delivered" for channel, reason in delivered.items()}
    platform.audit.note(Entry("alert.test", ", ".join(said) or "no channel", user, said))
    return AlertTestOut(delivered=delivered)
