"""The audit log, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.deps import AdminUser, PlatformDep
from app.shapes.base import Page
from app.shapes.people import AuditEntryOut

router = APIRouter(prefix="/admin/audit", tags=["audit"])


@router.get("")
def list_audit_entries(
    _admin: AdminUser,
    platform: PlatformDep,
    action: Annotated[str, Query(max_length=60)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Page[AuditEntryOut]:
    """Newest first."""
    found, total = platform.audit.find(action, q, limit, offset)
    return Page(items=[AuditEntryOut.model_validate(entry) for entry in found], total=total)
