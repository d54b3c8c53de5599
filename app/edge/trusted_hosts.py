"""Refuses requests under a name that is not ours, so links and origin checks can rely on Host."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import expected_response
from retrieval.errors import Invalid

# Orchestrators call them by the address of the machine.
PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})


class TrustedHosts:
    """ASGI middleware. "*" trusts every name, "*.example.com" every name below."""

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self.app = app
        self.names = tuple(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exempt = scope["type"] != "http" or scope["path"] in PROBES
        if exempt or self._trusts(Headers(scope=scope).get("host", "")):
            await self.app(scope, receive, send)
            return
        sentence = "This server does not answer under that name (setting server.trusted_hosts)."
        response = expected_response(Request(scope), Invalid(sentence))
        await response(scope, receive, send)

    def _trusts(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:  # a bracket without its pair
            return False
        return any(_matches(name, pattern) for pattern in self.names)


def _matches(name: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return name.endswith(pattern[1:])
    return pattern in ("*", name)
