"""The signed-in user's own account."""

from fastapi import APIRouter, Request, status

from app.api.deps import CurrentUser, PlatformDep
from app.edge.security import SESSION_COOKIE
from app.shapes.people import ApiKeyCreatedOut, ApiKeyIn, ApiKeyOut, MeOut, PasswordChangeIn

router = APIRouter(prefix="/me", tags=["me"])


@router.get("")
def get_me(user: CurrentUser) -> MeOut:
    """Who is signed in."""
    return MeOut.model_validate(user)


@router.get("/administrators")
def list_administrators(_user: CurrentUser, platform: PlatformDep) -> list[str]:
    """Names of those who can give access, for whoever has none yet."""
    return platform.accounts.administrators()


@router.put("/password", status_code=status.HTTP_204_NO_CONTENT)
def change_my_password(
    body: PasswordChangeIn, request: Request, user: CurrentUser, platform: PlatformDep
) -> None:
    """Ends all other sessions of the user."""
    session = request.cookies.get(SESSION_COOKIE, "")
    platform.sign_in.change_password(user, body.current, body.new, session)


@router.get("/api-keys")
def list_my_api_keys(user: CurrentUser, platform: PlatformDep) -> list[ApiKeyOut]:
    """Newest first."""
    return [ApiKeyOut.model_validate(key) for key in platform.api_keys.of(user)]


@router.post("/api-keys", status_code=status.HTTP_201_CREATED)
def create_my_api_key(body: ApiKeyIn, user: CurrentUser, platform: PlatformDep) -> ApiKeyCreatedOut:
    """The token is in this answer only."""
    key, token = platform.api_keys.create(user, body.name)
    return ApiKeyCreatedOut(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        token=token,
    )


@router.delete("/api-keys/{key_id}", status_code=status.HTTP_204_NO_CONTENT)
def revoke_my_api_key(key_id: str, user: CurrentUser, platform: PlatformDep) -> None:
    """The key stops working at once."""
    platform.api_keys.revoke(user, key_id)
