"""What routes ask for by type: the platform, the signed-in user, an administrator."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from app.edge.security import SESSION_COOKIE, bearer_token, refuse_forgery
from app.people.user import User
from app.platform import Platform
from retrieval.errors import Forbidden, Unauthenticated
from retrieval.types import Scope

SIGN_IN_FIRST = "Please sign in."


def get_platform(request: Request) -> Platform:
    platform: Platform = request.app.state.platform
    return platform


PlatformDep = Annotated[Platform, Depends(get_platform)]


def get_current_user(request: Request, platform: PlatformDep) -> User:
    """Raises: Unauthenticated, or Forbidden for a request that a foreign page may have made."""
    token = bearer_token(request.headers)
    if token is not None:
        user = platform.api_keys.user_of(token) or platform.local_key.user_of(token)
        if user is None:
            raise Unauthenticated("This API key is not valid.")
    else:
        user = platform.sessions.user_of(request.cookies.get(SESSION_COOKIE, ""))
        if user is None:
            raise Unauthenticated(SIGN_IN_FIRST)
        public_url = platform.settings.server.public_url
        refuse_forgery(request.method, request.headers, public_url)
    request.state.user_id = user.id  # for the access log
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]


def get_admin_user(user: CurrentUser) -> User:
    """Raises: Forbidden."""
    if not user.is_admin:
        raise Forbidden("Only administrators may do this.")
    return user


AdminUser = Annotated[User, Depends(get_admin_user)]


def scope_now(request: Request, platform: Platform) -> Callable[[], Scope]:
    """What the sender of a request may read whenever it is called, by the same proof.

    Raises: Unauthenticated once they are signed out, or the key is revoked.
    """
    return lambda: platform.access.scope_of(get_current_user(request, platform))


def client_address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


ClientAddress = Annotated[str, Depends(client_address)]
