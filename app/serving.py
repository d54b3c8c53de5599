"""The HTTP server around an open platform."""

import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import uvicorn

from app.house import House
from app.main import create_app
from app.server_file import ServerAddress, publish, withdraw
from app.settings import Settings
from retrieval.errors import Conflict, Invalid, Unavailable

GRACE_SECONDS = 5  # that running answers get when the server is told to stop
START_SECONDS = 30.0


def serve(house: House, listening: socket.socket, started: Callable[[], None]) -> None:
    """Blocks until the process is told to stop. `started` runs when requests are answered."""
    server = _Server(house, started)
    data_dir = house.platform.settings.data_dir
    publish(data_dir, _address(house, listening))
    try:
        server.run(sockets=[listening])
    finally:
        withdraw(data_dir)


@contextmanager
def served_aside(house: House, listening: socket.socket) -> Iterator[ServerAddress]:
    """The same in a thread, for one command that found no server running."""
    ready = threading.Event()
    server = _Server(house, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    if not ready.wait(START_SECONDS):
        raise Unavailable("Colophon did not start.")
    try:
        yield _address(house, listening)
    finally:
        server.should_exit = True
        thread.join(GRACE_SECONDS + 5)


def listen(settings: Settings) -> socket.socket:
    """Raises: Conflict when the port is taken, Invalid for an address of another machine."""
    family = socket.AF_INET6 if ":" in settings.server.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.server.host, settings.server.port))
    except OSError as error:
        listening.close()
        if error.errno != errno.EADDRINUSE:
            raise Invalid(
                f"Colophon cannot listen at {settings.server.host}, port {settings.server.port}: "
                f"{error.strerror}. Set COLOPHON_SERVER__HOST or COLOPHON_SERVER__PORT."
            ) from error
        raise Conflict(
            f"Port {settings.server.port} of {settings.server.host} is taken. Stop what listens "
            "there, or set COLOPHON_SERVER__PORT."
        ) from error
    return listening


def http_url(host: str, port: int) -> str:
    """With the brackets that an IPv6 address needs."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listen_anywhere() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening


class _Server(uvicorn.Server):
    def __init__(self, house: House, started: Callable[[], None]) -> None:
        super().__init__(_config(house))
        self._runs = house.platform.asking.runs
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Answers first: their streams then end by themselves, with what was checked by now.
        await self._runs.close()
        await super().shutdown(sockets)


def _config(house: House) -> uvicorn.Config:
    settings = house.platform.settings
    return uvicorn.Config(
        create_app(house.platform),
        log_config=None,
        access_log=False,  # app/edge/request_log.py writes a better one
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=bool(settings.server.trusted_proxies),
        forwarded_allow_ips=list(settings.server.trusted_proxies),
    )


def _address(house: House, listening: socket.socket) -> ServerAddress:
    host, port = listening.getsockname()[:2]
    if ip_address(host).is_unspecified:  # on every address of the machine
        host = "127.0.0.1"
    return ServerAddress(
        url=http_url(host, port),
        engine_url=house.models.engine_url,
        token=house.platform.local_key.token,
        pid=os.getpid(),
    )
