"""How a request proves who sends it, and that no foreign page made the browser send it."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from retrieval.errors import Forbidden

SESSION_COOKIE: Final = "colophon_session"
CSRF_HEADER: Final = "X-Colophon"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def bearer_token(headers: Mapping[str, str]) -> str | None:
    """The token of `Authorization: Bearer …`, None when there is no such header."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def refuse_foreign_origin(headers: Mapping[str, str], public_url: str | None) -> None:
    """Raises: Forbidden when a browser says that another site's page made the request."""
    origin = headers.get("origin")
    if origin is None:
        return
    own = {headers.get("host", "")}
    if public_url:
        own.add(urlsplit(public_url).netloc)
    # Schemes are not compared: behind a proxy that ends TLS we see http, the browser https.
    if urlsplit(origin).netloc not in own - {""}:
        raise Forbidden("This request came from another site and was refused.")


def refuse_forgery(method: str, headers: Mapping[str, str], public_url: str | None) -> None:
    """For requests signed in by a cookie, which the browser adds by itself.

    Raises: Forbidden for a change without the header that a foreign page cannot send.
    """
    if method in SAFE_METHODS:
        return
    refuse_foreign_origin(headers, public_url)
    if headers.get(CSRF_HEADER.lower()) != "1":
        raise Forbidden(f"Requests that change something must carry the header {CSRF_HEADER}: 1.")
