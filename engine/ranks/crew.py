"""The processes of a group: started together, and ended together when one of them ends."""

import json
import selectors
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from engine.batching.plan import Room
from engine.errors import DeviceFailed, ModelBroken
from engine.ranks.post import Post
from engine.ranks.wire import receive, send

_LOST = (
    "A process of the model ended, so the answers under way are lost. The model starts again; "
    "ask once more."
)


@dataclass(frozen=True, slots=True)
class Ready:
    room: Room
    longest: int
    weight_bytes: int  # of all ranks
    cache_bytes: int


class Crew:
    """Not for several threads."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self._connections: list[socket.socket] = []
        self._processes: list[subprocess.Popen[bytes]] = []
        self._speaks = selectors.DefaultSelector()
        for post in posts:
            ours, theirs = socket.socketpair()
            with theirs:
                self._processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "engine.ranks.rank"], stdin=theirs.fileno()
                    )
                )
            self._speaks.register(ours, selectors.EVENT_READ, len(self._connections))
            self._connections.append(ours)
            with suppress(OSError):
                send(ours, json.dumps(asdict(post)).encode())

    def wait(self, report: Callable[[float], None]) -> Ready:
        """Until all have read their weights; `report` takes the share of the slowest.

        Raises: ModelBroken; the crew is ended then.
        """
        shares = [0.0] * len(self._connections)
        said: dict[int, dict[str, Any]] = {}
        try:
            while len(said) < len(self._connections):
                rank = self._speaking()
                word = _word(self._connections[rank])
                if "ready" in word:
                    said[rank] = word
                else:
                    shares[rank] = word["read"]
                    report(min(shares))
        except (EOFError, OSError) as error:
            self.end()
            raise ModelBroken("A process ended while it read the weights; see the log.") from error
        except ModelBroken:
            self.end()
            raise
        first = said[0]
        return Ready(
            Room(*first["ready"]),
            first["longest"],
            sum(word["weight_bytes"] for word in said.values()),
            sum(word["cache_bytes"] for word in said.values()),
        )

    @property
    def whole(self) -> bool:
        """Whether none has ended."""
        return all(process.poll() is None for process in self._processes)

    def tell(self, frame: bytes) -> None:
        """Raises: DeviceFailed; the crew is ended then."""
        try:
            for connection in self._connections:
                send(connection, frame)
        except OSError as error:
            self.end()
            raise DeviceFailed(_LOST) from error

    def hear(self) -> bytes:
        """What the first rank says. Raises: DeviceFailed when one ends; the crew is ended then."""
        try:
            # Another one speaks only by ending.
            if self._speaking() == 0:
                return receive(self._connections[0])
        except (EOFError, OSError) as error:
            self.end()
            raise DeviceFailed(_LOST) from error
        self.end()
        raise DeviceFailed(_LOST)

    def end(self) -> None:
        """A rank that waits for one that is gone hears nothing: they are killed."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()
        self._speaks.close()
        for connection in self._connections:
            connection.close()

    def _speaking(self) -> int:
        """Of several the last: the first is heard when no other has ended."""
        return max(int(key.data) for key, _ in self._speaks.select())


def _word(connection: socket.socket) -> dict[str, Any]:
    """Raises: ModelBroken when the rank says why it gave up, EOFError, OSError."""
    word: dict[str, Any] = json.loads(receive(connection))
    if "failed" in word:
        raise ModelBroken(word["failed"])
    return word


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
