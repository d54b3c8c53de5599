"""What is asked of another server, and what it answers."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import httpx

from retrieval.errors import TooLarge, Unavailable

MAX_REDIRECTS: Final = 5


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


def basic(username: str, password: str) -> dict[str, str]:
    """The header that signs in."""
    token = base64.b64encode(f"{username}:{password}".encode()).decode("ascii")
    return {"Authorization": f"Basic {token}"}
