"""Whether the indexes, originals and vectors are what the database says."""

from fastapi import APIRouter

from app.api.deps import AdminUser, PlatformDep
from app.shapes.care import FindingOut
from app.shapes.history import GoneIn, GoneOut

router = APIRouter(prefix="/admin/doctor", tags=["admin"])


@router.get("")
def examine(_admin: AdminUser, platform: PlatformDep, *, deep: bool = False) -> list[FindingOut]:
    """Changes nothing. `deep` reads every byte of every original."""
    return [FindingOut.model_validate(finding) for finding in platform.doctor.examine(deep=deep)]


@router.post("/repair")
def repair(_admin: AdminUser, platform: PlatformDep) -> list[FindingOut]:
    """Mends what can be mended, then examines again."""
    return [FindingOut.model_validate(finding) for finding in platform.doctor.repair()]


@router.post("/gone")
def prove_gone(body: GoneIn, _admin: AdminUser, platform: PlatformDep) -> GoneOut:
    """Looks for a sentence in every column, both indexes and every file; changes nothing."""
    return GoneOut.model_validate(platform.gone.look(body.sentence))
