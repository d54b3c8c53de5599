"""Gives each request its id, one line in the log and its place in the metrics."""

import re
from collections.abc import Callable
from typing import Any, Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.metrics import HttpMetrics

REQUEST_ID: Final = "X-Request-ID"
ACCEPTABLE_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = structlog.get_logger()


class RequestLog:
    """ASGI middleware, the outermost of ours. Logs no query, body, token or question."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: HttpMetrics,
        new_id: Callable[[], str],
        timer: Callable[[], float],
    ) -> None:
        self.app = app
        self.metrics = metrics
        self.new_id = new_id
        self.timer = timer  # monotonic seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = self._id_for(scope)
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = request_id
        status = 500  # what the client gets when the app raises before it answers

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        began = self.timer()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            with self.metrics.in_progress.track_inprogress():
                await self.app(scope, receive, send_with_id)
        finally:
            self._note(scope, status, self.timer() - began)

    def _id_for(self, scope: Scope) -> str:
        """A proxy's id when it looks like one, so that its log and ours can be joined."""
        offered = Headers(scope=scope).get(REQUEST_ID, "")
        return offered if ACCEPTABLE_ID.fullmatch(offered) else self.new_id()

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        route = route_template(scope)
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.duration.labels(method, route).observe(seconds)
        log.info(
            "request",
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            user_id=scope["state"].get("user_id"),
        )


def route_template(scope: Scope) -> str:
    """ "/api/v1/documents/{id}/text"; "web" for files and everything unknown."""
    context = scope.get("fastapi", {}).get("effective_route_context")
    route = context or scope.get("route")
    return str(getattr(route, "path", None) or "web")
