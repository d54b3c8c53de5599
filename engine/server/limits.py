"""What stands before every route: the API key and the size of the body."""

import hmac
from collections.abc import Callable

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.errors import TooLarge, Unauthorised
from engine.server.failures import error_response

_BODY_LIMIT = 64 << 20  # bytes; 2048 long passages fit


def key_check(api_key: str | None) -> Callable[[Request], None]:
    """A dependency that lets in who knows the key; everybody when there is none."""

    def check(request: Request) -> None:
        if api_key is None:
            return
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        known = hmac.compare_digest(given.strip().encode(), api_key.encode())
        if scheme.lower() != "bearer" or not known:
            raise Unauthorised("Send the engine's API key as `Authorization: Bearer …`.")

    return check


class BodyLimit:
    """Refuses long bodies, and those that do not say their length, before reading them."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            length = headers.get("content-length", "0")
            endless = "transfer-encoding" in headers
            if endless or not length.isdecimal() or int(length) > _BODY_LIMIT:
                error = TooLarge(f"A body needs a Content-Length of at most {_BODY_LIMIT} bytes.")
                await error_response(error)(scope, receive, send)
                return
        await self._application(scope, receive, send)
