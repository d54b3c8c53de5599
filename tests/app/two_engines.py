"""Two real engines on free ports, with scripted models: one at home, one that is somebody else's.

Everything that reaches one of them is kept, byte by byte.
"""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import httpx

from engine.batching.admission import Limits
from engine.batching.batch_runner import BatchRunner
from engine.batching.plan import Room
from engine.cards import ModelCard, Role
from engine.registry import Report
from engine.runners import GenerationRunner
from tests.engine.engine_servers import OneModel, ScriptedModel, scripted_server

CONTEXT = 30_000  # letters, each of which is a token


class RoomyModel(ScriptedModel):
    room = Room(blocks=8192, block_tokens=8, seats=1, step_tokens=CONTEXT)


class RoomyOpeners(OneModel):
    def generator(self, report: Report) -> tuple[ModelCard, GenerationRunner]:
        report(1.0, "reads the weights")
        card = ModelCard("scripted", Role.GENERATOR, 0, CONTEXT, "float32", "1")
        return card, BatchRunner(self.model, self.model, Limits(CONTEXT, self.max_queue))


@dataclass
class Engine:
    url: str  # ends in /v1
    model: RoomyModel
    heard: list[bytes]  # in the order of arrival

    @property
    def sent(self) -> bytes:
        return b"".join(self.heard)

    @property
    def requests(self) -> int:
        return self.sent.count(b"POST /")

    @contextmanager
    def busy(self, requests: int) -> Iterator[None]:
        """So many strangers write or wait; the model says nothing meanwhile."""
        with ExitStack() as strangers:
            for number in range(requests):
                body = {
                    "model": "",
                    "user": f"stranger {number}",
                    "messages": [{"role": "user", "content": "Tell me." * 100}],
                    "stream": True,
                }
                asked = httpx.stream("POST", f"{self.url}/chat/completions", json=body)
                strangers.enter_context(asked).raise_for_status()
            yield


@contextmanager
def engine(script: str, *, max_queue: int = 0) -> Iterator[Engine]:
    """`max_queue`: requests that may wait while one writes."""
    model = RoomyModel(script)
    heard: list[bytes] = []
    with (
        scripted_server(RoomyOpeners(model, max_queue=max_queue)) as url,
        tapped(int(url.rpartition(":")[2]), heard) as port,
    ):
        yield Engine(f"http://127.0.0.1:{port}/v1", model, heard)


@contextmanager
def tapped(port: int, heard: list[bytes]) -> Iterator[int]:
    """Another port for the same server; all that comes through it is kept."""

    class Tap(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port)) as inner:
                back = (inner, self.request, [])
                answers = threading.Thread(target=_pour, args=back, daemon=True)
                answers.start()
                _pour(self.request, inner, heard)
                answers.join()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tap) as server:
        server.daemon_threads = True
        relaying = threading.Thread(target=server.serve_forever, args=(0.02,))
        relaying.start()
        yield server.server_address[1]
        server.shutdown()
        relaying.join()


def _pour(source: socket.socket, sink: socket.socket, kept: list[bytes]) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            kept.append(piece)
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
