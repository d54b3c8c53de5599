"""What stands before every route: the key, the size of the body, and the line left in the log."""

import secrets
import uuid
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import EngineError, TooLarge
from engine.keys import Accounts
from engine.metrics import Metrics
from engine.server.failures import error_response
from engine.server.visit import Visit

_BODY_LIMIT = 64 << 20  # bytes; 2048 long passages fit
_OPEN = "/health"  # everybody may ask how the engine is
_QUIET = (_OPEN, "/metrics")  # asked all day long by machines


class Door:
    """ASGI middleware."""

    def __init__(
        self,
        application: ASGIApp,
        accounts: Accounts | None,
        metrics: Metrics,
        log: Callable[[str], None],
    ) -> None:
        """`accounts` None: everybody may come in. `log` takes a line of JSON for each request."""
        self._application = application
        self._accounts = accounts
        self._metrics = metrics
        self._log = log
        self._salt = secrets.token_bytes(16)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        visit = Visit(uuid.uuid4().hex, self._metrics, self._salt)
        scope.setdefault("state", {})["visit"] = visit

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                MutableHeaders(scope=message).update(visit.headers())
            await send(message)

        try:
            self._let_in(visit, scope)
        except EngineError as error:
            visit.fail(error)
            await error_response(error)(scope, receive, sending)
        else:
            await self._application(scope, receive, sending)
        finally:
            # The route's own name: what stands in an address is of people, too.
            visit.said["path"] = getattr(scope.get("route"), "path", "")
            line = visit.close()
            if visit.said["path"] not in _QUIET:
                self._log(line)

    def _let_in(self, visit: Visit, scope: Scope) -> None:
        """Long bodies, and those that do not say their length, are not read.

        Raises: Unauthorised, TooLarge.
        """
        headers = Headers(scope=scope)
        if self._accounts is not None and scope["path"] != _OPEN:
            visit.account = self._accounts.of(headers.get("authorization", ""))
        length = headers.get("content-length", "0")
        endless = "transfer-encoding" in headers
        if endless or not length.isdecimal() or int(length) > _BODY_LIMIT:
            raise TooLarge(f"A body needs a Content-Length of at most {_BODY_LIMIT} bytes.")
