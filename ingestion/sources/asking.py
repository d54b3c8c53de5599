"""What is asked of another server, and what it answers."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Final

import httpx

from ingestion.sources.addresses import origin_of
from ingestion.sources.inflating import ACCEPTED
from retrieval.errors import TooLarge, Unavailable

USER_AGENT: Final = "Colophon/0.1 (knowledge base)"
MAX_REDIRECTS: Final = 5
_FOR_ONE_SERVER: Final = frozenset({"authorization", "cookie", "proxy-authorization"})


class LedAstray(Unavailable):
    """The server answered, but leads to where it is not followed."""


@dataclass(frozen=True, slots=True)
class Ask:
    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | Iterator[bytes] | None = field(default=None, repr=False)
    redirects: int = MAX_REDIRECTS  # that are followed


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` can be read once, within the `with` that gave it; it is unpacked already."""

    url: str  # that answered, after redirects
    status: int
    headers: httpx.Headers
    body: Iterator[bytes]

    @property
    def media_type(self) -> str:
        return self._header("content-type").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """As the header says."""
        _, _, rest = self._header("content-type").partition("charset=")
        return rest.partition(";")[0].strip(" \"'") or None

    @property
    def etag(self) -> str:
        """Without its marks, "" without one."""
        return self._header("etag").removeprefix("W/").strip('"')

    def read(self, max_bytes: int) -> bytes:
        """Raises: TooLarge, Unavailable."""
        content = bytearray()
        for piece in self.body:
            content += piece
            if len(content) > max_bytes:
                raise TooLarge(f"The answer is larger than {max_bytes:,} bytes.")
        return bytes(content)

    def copy_to(self, target: BinaryIO, max_bytes: int) -> None:
        """Raises: TooLarge, Unavailable."""
        length = self.headers.get("content-length", "")
        if length.isdecimal() and int(length) > max_bytes:
            raise TooLarge(f"The document has {int(length):,} bytes, more than is taken.")
        written = 0
        for piece in self.body:
            written += len(piece)
            if written > max_bytes:
                raise TooLarge(f"The document is larger than {max_bytes:,} bytes.")
            target.write(piece)

    def _header(self, name: str) -> str:
        value: str = self.headers.get(name, "")
        return value


def basic(username: str, password: str) -> dict[str, str]:
    """The header that signs in."""
    token = base64.b64encode(f"{username}:{password}".encode()).decode("ascii")
    return {"Authorization": f"Basic {token}"}


def header_lines(url: httpx.URL, ask: Ask) -> list[tuple[bytes, bytes]]:
    """All that are sent."""
    headers = httpx.Headers(
        {"User-Agent": USER_AGENT, "Accept-Encoding": ACCEPTED, "Accept": "*/*"}
    )
    headers.update(dict(ask.headers))
    headers["Host"] = url.netloc.decode("ascii")
    if isinstance(ask.content, bytes):
        headers["Content-Length"] = str(len(ask.content))
    elif ask.content is not None:
        headers["Transfer-Encoding"] = "chunked"
    return headers.raw


def carried(ask: Ask, url: httpx.URL, target: httpx.URL, status: int) -> Ask:
    """What is asked of the next server: no credentials of another, no body twice."""
    if ask.content is not None and ask.method == "POST":
        raise LedAstray(f"{url.host} redirects what was sent to it.")
    headers = dict(ask.headers)
    if origin_of(url) != origin_of(target):
        headers = {
            name: value for name, value in headers.items() if name.lower() not in _FOR_ONE_SERVER
        }
    return replace(ask, headers=headers, method="GET" if status == 303 else ask.method)
