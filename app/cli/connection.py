"""A client of the running server; when none runs, one is started for the length of the command."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import Any, Final

import httpx

from app.cli.terminal import complaints
from app.server_file import ServerAddress, running_server
from app.settings import Settings
from retrieval.errors import Invalid, NotFound, Unavailable

ASIDE: Final = "app.cli.aside"  # by name: its imports take longer than a question
TIMEOUT = httpx.Timeout(600.0, connect=5.0)


@contextmanager
def connected(settings: Settings) -> Iterator[httpx.Client]:
    """Speaks for the administrator. Raises: Unavailable when a server runs but does not answer."""
    running = running_server(settings.data_dir)
    if running is not None:
        with _client(running) as client:
            yield client
        return
    complaints.print("No server is running; starting one for this command.", style="dim")
    server: Callable[[Settings], AbstractContextManager[ServerAddress]]
    server = import_module(ASIDE).server
    with server(settings) as address, _client(address) as client:
        yield client


def said(response: httpx.Response) -> Any:  # noqa: ANN401  (JSON of our own API)
    """The body. Raises what the server said, as one of the house's errors."""
    if response.is_success:
        return response.json() if response.content else None
    message = _message(response)
    raise NotFound(message) if response.status_code == httpx.codes.NOT_FOUND else Invalid(message)


@contextmanager
def _client(address: ServerAddress) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {address.token}"}
    with httpx.Client(base_url=f"{address.url}/api/v1", headers=headers, timeout=TIMEOUT) as client:
        try:
            yield client
        except httpx.TransportError as error:
            raise Unavailable(f"The server at {address.url} does not answer: {error}") from error


def _message(response: httpx.Response) -> str:
    try:
        message: str = response.json()["message"]
    except (ValueError, KeyError):
        return f"The server answered {response.status_code}."
    return message
