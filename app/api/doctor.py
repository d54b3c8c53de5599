"""Whether the indexes, originals and vectors are what the database says."""

from fastapi import APIRouter

from app.api.deps import AdminUser, PlatformDep
from app.shapes.care import FindingOut

router = APIRouter(prefix="/admin/doctor", tags=["admin"])


@router.get("")
def examine(_admin: AdminUser, platform: PlatformDep) -> list[FindingOut]:
    """Changes nothing."""
    return [FindingOut.model_validate(finding) for finding in platform.doctor.examine()]


@router.post("/repair")
def repair(_admin: AdminUser, platform: PlatformDep) -> list[FindingOut]:
    """Mends what can be mended, then examines again."""
    return [FindingOut.model_validate(finding) for finding in platform.doctor.repair()]
