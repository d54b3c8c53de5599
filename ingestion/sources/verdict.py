"""Whether an answer is the document that was asked for: an error page or a login page is not."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from ingestion.sources.addresses import checked_url
from ingestion.sources.asking import Answer
from retrieval.errors import Invalid, NotFound, Unavailable

SIGN_IN_PATH: Final = re.compile(
    r"/(?:log-?in|sign-?in|sso|saml2?|oauth2?|openid|adfs|cas|auth|authorize|anmelden|connexion|"
    r"wp-login\.php|passport|account/login)(?:[/.;]|$)",
    re.I,
)
_SIGN_IN_HOST: Final = re.compile(
    r"^(?:login|signin|sso|auth|idp|accounts|passport|cas|adfs)\.", re.I
)
_HTML: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_PAGES: Final = frozenset({".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".jsp"})
_MAY_HOLD_HTML: Final = _PAGES | {".mht", ".mhtml", ".md", ".markdown", ".txt", ".eml", ""}
_HEAD: Final = 1024


def require_success(answer: Answer, check: str) -> None:
    """`check` is what to look at when the server refuses: "user and password".

    Raises: NotFound, Unavailable.
    """
    host = checked_url(answer.url).host
    if 200 <= answer.status < 300:
        return
    if answer.status in {404, 410}:
        raise NotFound("It is not there any more.")
    if answer.status in {401, 403, 407}:
        raise Unavailable(f"{host} refuses access (status {answer.status}). Please check {check}.")
    if answer.status == 429:
        raise Unavailable(f"{host} asks to come back later (status 429).")
    raise Unavailable(f"{host} answered with the status {answer.status}.")


def is_sign_in(url: str) -> bool:
    """A URL that people are sent to in order to sign in."""
    parts = checked_url(url)
    return bool(_SIGN_IN_HOST.match(parts.host) or SIGN_IN_PATH.search(parts.path))


def require_same_place(asked: str, answer: Answer, check: str) -> None:
    """Raises: Unavailable when the server led to a page for signing in."""
    if answer.url != asked and is_sign_in(answer.url) and not is_sign_in(asked):
        host = checked_url(asked).host
        raise Unavailable(f"{host} asks to sign in. Please check {check}.")


def require_document(answer: Answer, filename: str) -> Answer:
    """The same answer, unless it is a page in the place of another kind of file.

    Raises: Invalid.
    """
    suffix = PurePosixPath(filename).suffix.lower()
    if suffix in _MAY_HOLD_HTML:
        return answer
    head, body = _peeked(answer.body)
    if _HTML.match(head):
        raise Invalid(
            f"Instead of {filename} the server sent a web page, perhaps one for signing in or "
            "about an error."
        )
    return replace(answer, body=body)


def _peeked(body: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, and the whole again."""
    taken: list[bytes] = []
    for piece in body:
        taken.append(piece)
        if sum(map(len, taken)) >= _HEAD:
            break
    return b"".join(taken)[:_HEAD], _chained(taken, body)


def _chained(taken: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    yield from taken
    yield from rest
