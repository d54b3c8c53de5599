"""Accounts, for administrators."""

from fastapi import APIRouter, status

from app.api.deps import AdminUser, PlatformDep
from app.people.accounts import AccountChange, NewAccount
from app.people.directory import Listing
from app.shapes.people import UserIn, UserOut, UserPatchIn

router = APIRouter(prefix="/admin/users", tags=["users"])


@router.get("")
def list_users(_admin: AdminUser, platform: PlatformDep) -> list[UserOut]:
    """By username."""
    return [_out(listing) for listing in platform.directory.users()]


@router.post("", status_code=status.HTTP_201_CREATED)
def create_user(body: UserIn, admin: AdminUser, platform: PlatformDep) -> UserOut:
    account = NewAccount(
        body.username, body.display_name, body.password, body.role, tuple(body.group_ids)
    )
    user = platform.accounts.create(account, admin)
    return _out(platform.directory.listing(user.id))


@router.patch("/{user_id}")
def change_user(
    user_id: str, body: UserPatchIn, admin: AdminUser, platform: PlatformDep
) -> UserOut:
    """What is null or left out stays. A new role or password, or disabling, ends all sessions."""
    change = AccountChange(
        body.display_name, body.role, body.disabled, body.password, body.group_ids
    )
    platform.accounts.change(user_id, change, admin)
    return _out(platform.directory.listing(user_id))


@router.delete("/{user_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_user(user_id: str, admin: AdminUser, platform: PlatformDep) -> None:
    """With conversations, keys and sessions."""
    platform.accounts.delete(user_id, admin)


@router.delete("/{user_id}/sessions", status_code=status.HTTP_204_NO_CONTENT)
def end_user_sessions(user_id: str, admin: AdminUser, platform: PlatformDep) -> None:
    """Signs the user out everywhere."""
    platform.accounts.sign_out_everywhere(user_id, admin)


def _out(listing: Listing) -> UserOut:
    user = listing.user
    return UserOut(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        role=user.role,
        disabled=user.disabled,
        group_ids=list(listing.group_ids),
        sessions=listing.sessions,
        created_at=user.created_at,
    )
