"""Whether an answer is the document that was asked for: an error page or a login page is not."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import PurePosixPath
from typing import Final

from ingestion.sources.addresses import checked_url
from ingestion.sources.asking import Answer
from ingestion.sources.page import MAX_PAGE, read_page
from ingestion.sources.port import Entry
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


def require_document(answer: Answer, entry: Entry) -> Answer:
    """The same answer, unless it is a page in the place of another kind of file, or a page for
    signing in that does not carry the mark of the listed one.

    Raises: Invalid.
    """
    head, body = _peeked(answer.body, _HEAD)
    if not _HTML.match(head):
        return replace(answer, body=body)
    suffix = PurePosixPath(entry.filename).suffix.lower()
    if suffix not in _MAY_HOLD_HTML:
        raise Invalid(
            f"Instead of {entry.filename} the server sent a web page, perhaps one for signing in "
            "or about an error."
        )
    if entry.etag is not None and answer.etag == entry.etag:
        return replace(answer, body=body)
    content, body = _peeked(body, MAX_PAGE)
    if read_page(content, None).is_sign_in:
        raise Invalid(f"Instead of {entry.filename} the server sent a page for signing in.")
    return replace(answer, body=body)


def _peeked(body: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """The first `size` bytes, and the whole again."""
    taken = bytearray()
    for piece in body:
        taken += piece
        if len(taken) >= size:
            break
    return bytes(taken[:size]), chain((bytes(taken),), body)
