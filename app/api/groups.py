"""Groups of users, for administrators."""

from fastapi import APIRouter, status

from app.api.deps import AdminUser, PlatformDep
from app.shapes.people import GroupIn, GroupOut

router = APIRouter(prefix="/admin/groups", tags=["groups"])


@router.get("")
def list_groups(_admin: AdminUser, platform: PlatformDep) -> list[GroupOut]:
    """ "everyone" first, then by name."""
    return [GroupOut.model_validate(group) for group in platform.groups.all()]


@router.post("", status_code=status.HTTP_201_CREATED)
def create_group(body: GroupIn, admin: AdminUser, platform: PlatformDep) -> GroupOut:
    return GroupOut.model_validate(platform.groups.create(body.name, admin))


@router.patch("/{group_id}")
def rename_group(group_id: str, body: GroupIn, admin: AdminUser, platform: PlatformDep) -> GroupOut:
    return GroupOut.model_validate(platform.groups.rename(group_id, body.name, admin))


@router.delete("/{group_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_group(group_id: str, admin: AdminUser, platform: PlatformDep) -> None:
    """Its members can no longer read what only this group could."""
    platform.groups.delete(group_id, admin)
