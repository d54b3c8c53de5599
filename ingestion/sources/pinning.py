"""Connections that go to the checked address and nowhere else, and end in time."""

import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import httpcore

from ingestion.sources.addresses import IpNetwork, Resolver, checked_addresses

_CONNECT_SECONDS: Final = 10.0  # per address


@dataclass(slots=True)
class Deadline:
    """When the request that is under way must be over. One Fetcher has one, and one at a time."""

    clock: Callable[[], float]  # seconds, monotonic
    ends: float = 0.0

    def within(self, seconds: float | None) -> float:
        """Seconds that may still be waited. Raises: httpcore.ReadTimeout when none is left."""
        left = self.ends - self.clock()
        if left <= 0:
            raise httpcore.ReadTimeout("The answer took too long.")
        return left if seconds is None else min(left, seconds)


class PinnedBackend(httpcore.NetworkBackend):
    """Resolves, checks every address, and connects to one of those: no second look-up.

    The request keeps its host name, so the Host header, TLS' server name and the certificate's
    check are those of the name.
    """

    def __init__(
        self, allowed: Sequence[IpNetwork], resolver: Resolver, deadline: Deadline
    ) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises: Unavailable for a refused or unknown host, httpcore's errors of connecting."""
        failure: Exception = httpcore.ConnectError("nothing answers there")
        for address in checked_addresses(host, port, self._resolver, self._allowed):
            seconds = min(_CONNECT_SECONDS, self._deadline.within(timeout))
            try:
                stream = self._sockets.connect_tcp(
                    address, port, seconds, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


class TrustedBackend(httpcore.NetworkBackend):
    """For the way to the proxy, which an admin has named."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        seconds = min(_CONNECT_SECONDS, self._deadline.within(timeout))
        stream = self._sockets.connect_tcp(host, port, seconds, local_address, socket_options)
        return _TimedStream(stream, self._deadline)


class _TimedStream(httpcore.NetworkStream):
    """A server that sends a byte a minute is given up at the deadline of the whole request."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = self._deadline.within(timeout)
        return _TimedStream(
            self._inner.start_tls(ssl_context, server_hostname, seconds), self._deadline
        )

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
