"""People at the door: browsers, clients with keys, and how they read a stream."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx
import uvicorn
from fastapi.testclient import TestClient

from app.main import create_app
from app.people.user import User
from app.platform import Platform
from tests.app.conftest import PASSWORD


def events_of(body: str) -> list[tuple[str, str]]:
    """(event, data) of each frame; heartbeats left out."""
    frames = [frame for frame in body.split("\n\n") if frame.startswith("event: ")]
    return [
        (name.removeprefix("event: "), data.removeprefix("data: "))
        for name, data in (frame.split("\n", 1) for frame in frames)
    ]


@contextmanager
def served(platform: Platform) -> Iterator[Callable[[User], httpx.Client]]:
    """The app in a real server on a free port; yields a maker of clients with API keys."""
    config = uvicorn.Config(
        create_app(platform), host="127.0.0.1", port=0, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with ExitStack() as clients:

        def client_of(user: User) -> httpx.Client:
            _, token = platform.api_keys.create(user, "test")
            headers = {"Authorization": f"Bearer {token}"}
            client = httpx.Client(base_url=f"http://localhost:{port}", headers=headers, timeout=20)
            return clients.enter_context(client)

        yield client_of
    server.should_exit = True
    thread.join(timeout=10)


def signed_in(platform: Platform, username: str) -> TestClient:
    """A browser of that user."""
    client = TestClient(
        create_app(platform),
        base_url="http://localhost",
        headers={"X-Colophon": "1"},
        raise_server_exceptions=False,
    )
    body = {"username": username, "password": PASSWORD}
    assert client.post("/api/v1/session", json=body).status_code == 200
    return client


def wait_until(is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("It did not come to pass in five seconds.")
