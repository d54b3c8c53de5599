"""The one door to other servers. It cannot be turned on the inside; see docs/decisions/0012."""

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Final

import certifi
import httpcore
import httpx

from ingestion.sources.addresses import (
    Resolver,
    checked_addresses,
    checked_url,
    literal,
    networks,
    port_of,
)
from ingestion.sources.asking import Answer, Ask, LedAstray, carried, header_lines
from ingestion.sources.inflating import inflated
from ingestion.sources.pinning import Deadline, PinnedBackend, TrustedBackend
from retrieval.errors import Invalid, Unavailable

SLOWEST: Final = 32 * 1024  # bytes a second that a long answer must keep up on average
_PIECE: Final = 64 * 1024
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_FAILURES: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


@dataclass(frozen=True, slots=True)
class Network:
    """The settings `network.*`."""

    allowed: tuple[str, ...] = ()  # networks beside the public addresses: "10.1.0.0/16"
    seconds: float = 60.0  # until an answer has begun; then as long as it keeps a certain speed
    proxy: str | None = None  # http://…; the only way out when it is set


class Fetcher:
    """For one thread. Keeps connections, keeps no cookies, reads no environment."""

    def __init__(self, network: Network, resolver: Resolver, clock: Callable[[], float]) -> None:
        self._network = network
        self._allowed = networks(network.allowed)
        self._resolver = resolver
        self._deadline = Deadline(clock)
        self._pools: dict[str, httpcore.ConnectionPool] = {}  # by scheme, opened when needed

    def close(self) -> None:
        while self._pools:
            self._pools.popitem()[1].close()

    @contextmanager
    def stream(self, ask: Ask) -> Iterator[Answer]:
        """The answer, whatever its status, after at most `ask.redirects` redirects.

        Raises: Invalid for a URL that is none, LedAstray for redirects that cannot be followed,
        Unavailable for all else that goes wrong on the way.
        """
        url = checked_url(ask.url)
        for hop in range(ask.redirects + 1):
            with closing(self._sent(url, ask, hop)) as response:
                target = _redirected(url, response)
                if target is None:
                    yield self._answer(url, response)
                    return
                ask = carried(ask, url, target, response.status)
                url = target
        raise LedAstray(f"{url.host} redirects too often.")

    def get(self, url: str, max_bytes: int, headers: Mapping[str, str] | None = None) -> Answer:
        """With the whole body read. Raises: as stream, and TooLarge."""
        return self._whole(Ask(url, headers=headers or {}), max_bytes)

    def propfind(self, ask: Ask, max_bytes: int) -> Answer:
        """WebDAV's listing of one level. Raises: as stream, and TooLarge."""
        headers = {"Depth": "1", "Content-Type": "application/xml", **ask.headers}
        return self._whole(replace(ask, method="PROPFIND", headers=headers), max_bytes)

    def post_json(self, url: str, value: object) -> None:
        """Raises: Invalid, Unavailable, also when the answer is none of success."""
        content = json.dumps(value, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        answer = self._whole(Ask(url, "POST", headers, content, redirects=0), _PIECE)
        if not 200 <= answer.status < 300:
            raise Unavailable(f"{checked_url(url).host} answered with the status {answer.status}.")

    def _whole(self, ask: Ask, max_bytes: int) -> Answer:
        with self.stream(ask) as answer:
            return replace(answer, body=iter((answer.read(max_bytes),)))

    def _sent(self, url: httpx.URL, ask: Ask, hop: int) -> httpcore.Response:
        try:
            return self._send(url, ask)
        except Unavailable as error:
            if hop == 0:
                raise
            raise LedAstray(str(error)) from error

    def _send(self, url: httpx.URL, ask: Ask) -> httpcore.Response:
        self._deadline.ends = self._deadline.clock() + self._network.seconds
        host = url.raw_host.decode("ascii")
        if self._network.proxy is not None:
            self._check_before_proxy(host, port_of(url))
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        request = httpcore.Request(
            ask.method, target, headers=header_lines(url, ask), content=ask.content
        )
        if url.scheme not in self._pools:
            self._pools[url.scheme] = self._open_pool(url.scheme)
        with _failures_told(host):
            return self._pools[url.scheme].handle_request(request)

    def _check_before_proxy(self, host: str, port: int) -> None:
        """A name that only the proxy can resolve is the proxy's to refuse."""
        try:
            found = [host] if literal(host) else self._resolver(host, port)
        except (OSError, UnicodeError):
            return
        checked_addresses(host, port, lambda _host, _port: found, self._allowed)

    def _answer(self, url: httpx.URL, response: httpcore.Response) -> Answer:
        headers = httpx.Headers(response.headers)
        pieces = self._pieces(url.host, response)
        body = inflated(pieces, headers.get("content-encoding", ""))
        return Answer(str(url), response.status, headers, body)

    def _pieces(self, host: str, response: httpcore.Response) -> Iterator[bytes]:
        with _failures_told(host):
            for piece in response.iter_stream():
                self._deadline.ends += len(piece) / SLOWEST
                yield piece

    def _open_pool(self, scheme: str) -> httpcore.ConnectionPool:
        """Authorities are read for https only: it takes a tenth of a second."""
        trust = _trust() if scheme == "https" or self._network.proxy else None
        if self._network.proxy is None:
            backend = PinnedBackend(self._allowed, self._resolver, self._deadline)
            return httpcore.ConnectionPool(
                ssl_context=trust, network_backend=backend, max_connections=4, keepalive_expiry=20
            )
        proxy = httpx.Proxy(self._network.proxy)
        return httpcore.HTTPProxy(
            proxy_url=str(proxy.url),
            proxy_auth=proxy.raw_auth,
            ssl_context=trust,
            network_backend=TrustedBackend(self._deadline),
            max_connections=4,
            keepalive_expiry=20,
        )


def _redirected(url: httpx.URL, response: httpcore.Response) -> httpx.URL | None:
    place = httpx.Headers(response.headers).get("location")
    if response.status not in _REDIRECTS or not place:
        return None
    try:
        return checked_url(str(url.join(place)))
    except (httpx.InvalidURL, Invalid) as error:
        raise LedAstray(f"{url.host} redirects to an address that is not fetched.") from error


def _trust() -> ssl.SSLContext:
    """The machine's authorities, the company's among them, and those of Mozilla."""
    trust = ssl.create_default_context()
    trust.load_verify_locations(certifi.where())
    return trust


@contextmanager
def _failures_told(host: str) -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise Unavailable(f"{host} did not answer in time.") from error
    except httpcore.ProxyError as error:
        raise Unavailable(f"The proxy does not lead to {host}.") from error
    except _FAILURES as error:
        raise Unavailable(f"{host} cannot be reached: {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    text = str(error).strip().rstrip(".")
    return text or "the connection broke"
