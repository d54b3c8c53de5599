"""Signing in and out."""

from fastapi import APIRouter, Request, Response, status

from app.api.deps import ClientAddress, CurrentUser, PlatformDep
from app.edge.security import SESSION_COOKIE, refuse_foreign_origin
from app.people.sign_in import Attempt
from app.shapes.people import MeOut, SignInIn

router = APIRouter(prefix="/session", tags=["session"])


@router.post("")
def sign_in(
    body: SignInIn,
    request: Request,
    response: Response,
    address: ClientAddress,
    platform: PlatformDep,
) -> MeOut:
    """Sets the session's cookie. The same answer for an unknown user and a wrong password."""
    server = platform.settings.server
    refuse_foreign_origin(request.headers, server.public_url)
    agent = request.headers.get("user-agent", "")
    user, token = platform.sign_in.sign_in(Attempt(body.username, body.password, address, agent))
    if SESSION_COOKIE in request.cookies:
        platform.sessions.end(request.cookies[SESSION_COOKIE])  # this browser's session before
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(platform.sessions.lifetime.total_seconds()),
        secure=server.sends_secure_cookies,
        httponly=True,
        samesite="lax",
    )
    request.state.user_id = user.id
    return MeOut.model_validate(user)


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
def sign_out(
    request: Request, response: Response, _user: CurrentUser, platform: PlatformDep
) -> None:
    """Ends this session, here and on the server."""
    platform.sessions.end(request.cookies.get(SESSION_COOKIE, ""))
    response.delete_cookie(
        SESSION_COOKIE,
        secure=platform.settings.server.sends_secure_cookies,
        httponly=True,
        samesite="lax",
    )
