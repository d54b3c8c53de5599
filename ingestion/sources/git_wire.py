"""Git's smart HTTP protocol, spoken through the one door."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from dulwich.client import AbstractHttpGitClient

from ingestion.sources.addresses import checked_url, origin_of
from ingestion.sources.asking import Answer, Ask, basic
from ingestion.sources.credentials import Credentials
from ingestion.sources.fetching import Fetcher
from ingestion.sources.verdict import require_same_place, require_success
from retrieval.errors import Unavailable

MAX_PACK: Final = 8 * 1024**3  # bytes of one answer
CHECK: Final = "user and token, and the right to read the repository"
_SPOKEN: Final = "application/x-git-upload-pack-"


@dataclass(slots=True)
class _Reply:
    """What dulwich wants to know of an answer."""

    answer: Answer
    redirect_location: str  # "" when it is where it was asked
    open: ExitStack
    status: int = field(init=False)
    headers: Mapping[str, str] = field(init=False)
    content_type: str | None = field(init=False)
    held: bytearray = field(default_factory=bytearray)
    taken: int = 0

    def __post_init__(self) -> None:
        self.status = self.answer.status
        self.headers = self.answer.headers
        self.content_type = self.headers.get("content-type")

    def geturl(self) -> str | None:
        return self.answer.url

    def close(self) -> None:
        self.open.close()

    def read(self, amt: int | None = None) -> bytes:
        """Exactly `amt` bytes, fewer only at the end; all for None."""
        while amt is None or len(self.held) < amt:
            piece = next(self.answer.body, None)
            if piece is None:
                break
            self.held += piece
            self.taken += len(piece)
            if self.taken > MAX_PACK:
                raise Unavailable(f"The repository is larger than {MAX_PACK:,} bytes.")
        given = bytes(self.held if amt is None else self.held[:amt])
        del self.held[: len(given)]
        return given


class GitWire(AbstractHttpGitClient):
    """Reads no configuration of Git: no helper, no proxy, no rewritten address."""

    def __init__(self, url: str, credentials: Credentials | None, fetcher: Fetcher) -> None:
        super().__init__(url, quiet=True)
        self._origin = origin_of(checked_url(url))
        self._credentials = credentials
        self._fetcher = fetcher

    def close(self) -> None:
        self._fetcher.close()

    def _http_request(
        self,
        url: str,
        headers: dict[str, str] | None = None,
        data: bytes | Iterator[bytes] | None = None,
        raise_for_status: bool = True,
    ) -> tuple[_Reply, Callable[[int], bytes]]:
        """Raises: Unavailable, NotFound, Invalid."""
        method = "GET" if data is None else "POST"
        ask = Ask(url, method, {**(headers or {}), **self._sign_in(url)}, data)
        with ExitStack() as stack:
            answer = stack.enter_context(self._fetcher.stream(ask))
            require_same_place(url, answer, CHECK)
            if raise_for_status:
                require_success(answer, CHECK)
            if not answer.headers.get("content-type", "").startswith(_SPOKEN):
                raise Unavailable(f"{url} is no Git repository. Please check the address.")
            moved = answer.url if answer.url != str(checked_url(url)) else ""
            reply = _Reply(answer, moved, stack.pop_all())
        return reply, reply.read

    def _sign_in(self, url: str) -> dict[str, str]:
        if self._credentials is None or origin_of(checked_url(url)) != self._origin:
            return {}
        return basic(self._credentials.username, self._credentials.password)
