"""Real servers on free ports, and a scripted model to put into them."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import httpx
import uvicorn
from openai import OpenAI

from engine.batching.admission import Limits
from engine.batching.batch_runner import BatchRunner
from engine.batching.language import Habits, Prompt
from engine.batching.plan import Choice, Chosen, Room, Row
from engine.cards import ModelCard, Role
from engine.keys import Accounts, Key
from engine.loading import Openers, registry_for, start_loading
from engine.options import Options, parse_options
from engine.registry import Registry, Report
from engine.runners import EmbeddingRunner, GenerationRunner, RerankRunner, Turn
from engine.server.application import build_application


class ScriptedModel:
    """Writes its script, a letter a token, language and stepper in one; waits for `gate` before
    each token.

    A step cannot be left before a token is chosen. When the gate stays closed that is a silent one,
    so that who cancels does not wait for ever.
    """

    habits = Habits(frozenset({3}), tuple(map(ord, "</think>")), Choice())
    room = Room(blocks=16, block_tokens=8, seats=1, step_tokens=64)
    _SILENT = 0
    _PATIENCE = 0.2  # seconds

    def __init__(self, script: str, *, reasons: bool = False, inside: bool = False) -> None:
        self.script = script
        self.gate = threading.Semaphore(0)
        self.written = 0
        self._said = 0
        self._reasons = reasons
        self._inside = inside

    def encode(self, turns: Sequence[Turn]) -> Prompt:
        text = "".join(turn.content for turn in turns)
        return Prompt(tuple(map(ord, text)), self._inside, self._reasons)

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(chr(one) for one in ids if one != self._SILENT)

    def step(self, rows: Sequence[Row]) -> list[Chosen]:
        return [Chosen(self._next(row), 0.0) for row in rows if row.choice is not None]

    def close(self) -> None:
        pass

    def open_gate(self) -> None:
        self.gate.release(1000)

    def _next(self, row: Row) -> int:
        if len(row.tokens) > 1:
            self._said = 0  # a prompt: somebody else's turn
        if self._said == len(self.script):
            return 3
        if not self.gate.acquire(timeout=self._PATIENCE):
            return self._SILENT
        self.written += 1
        self._said += 1
        return ord(self.script[self._said - 1])


class OneModel:
    """Openers for a scripted generator alone. `may_load` holds the loading up."""

    def __init__(self, model: ScriptedModel, *, max_queue: int = 4) -> None:
        self.model = model
        self.max_queue = max_queue
        self.may_load = threading.Event()
        self.may_load.set()

    def generator(self, report: Report) -> tuple[ModelCard, GenerationRunner]:
        report(0.5, "reads the weights")
        self.may_load.wait()
        card = ModelCard("scripted", Role.GENERATOR, 0, 100, "float32", "1")
        return card, BatchRunner(self.model, self.model, Limits(100, self.max_queue))

    def embedder(self, report: Report) -> tuple[ModelCard, EmbeddingRunner]:
        raise AssertionError("not asked for")

    def reranker(self, report: Report) -> tuple[ModelCard, RerankRunner]:
        raise AssertionError("not asked for")


@contextmanager
def serving(
    models: Registry,
    openers: Openers,
    keys: dict[str, Key] | None = None,
    lines: list[str] | None = None,
) -> Iterator[str]:
    """The base URL of a real server in a thread. What it logs is appended to `lines`."""
    lines = [] if lines is None else lines
    accounts = Accounts(keys, time.monotonic) if keys else None
    application = build_application(
        models, accounts, lambda: start_loading(models, lambda: openers), lines.append
    )
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        wait_until(lambda: server.started)
        yield url
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.01)


def wait_until_ready(url: str) -> None:
    wait_until(lambda: httpx.get(f"{url}/health").status_code == 200)


def scripted_options(*extra: str) -> Options:
    return parse_options(
        ["--data-dir", ".", "--embedder", "none", "--generator", "scripted", *extra]
    )


@contextmanager
def scripted_server(
    openers: OneModel, keys: dict[str, Key] | None = None, lines: list[str] | None = None
) -> Iterator[str]:
    models = registry_for(scripted_options())
    with serving(models, openers, keys, lines) as url:
        wait_until_ready(url)
        yield url


@contextmanager
def client_of(url: str, key: str = "unused") -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) as client:
        yield client
