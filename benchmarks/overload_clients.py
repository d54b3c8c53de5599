"""Clients for `benchmarks/overload.py`, and the engine that they ask."""

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

NEW = 24  # tokens of an answer
QUESTION = "Tell me in a few sentences why the sky is blue and the sunset is red."
PASSAGES = ["Employees have thirty days of holidays, and part-time staff a share of them."] * 8
_IN_USE = re.compile(
    r'^colophon:(num_requests_running|num_requests_waiting|kv_cache_usage_perc)\{.*role="(\w+)".*\}'
    r" (\S+)$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Server:
    process: "subprocess.Popen[bytes]"
    url: str


@dataclass(frozen=True)
class Engine:
    """A server, and a way to ask it."""

    server: Server
    client: httpx.AsyncClient

    def memory(self) -> float:
        """MB that it holds."""
        return float(psutil.Process(self.server.process.pid).memory_info().rss / 1e6)

    async def in_use(self) -> dict[str, float]:
        found = _IN_USE.findall((await self.client.get("/metrics")).text)
        return {f"{role} {name}": float(value) for name, role, value in found}


@dataclass(frozen=True)
class Outcome:
    what: str
    fault: bool = False  # neither an answer nor an honest refusal
    first: float = 0.0  # when the first token came


class Refused(Outcome):
    """Come again later."""


@contextmanager
def serving(data_dir: Path) -> Iterator[Server]:
    """Ready, with both bundled models."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "engine", "--port", str(port), "--data-dir", str(data_dir)]
    server = Server(
        subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL),
        f"http://127.0.0.1:{port}",
    )
    try:
        while not _ready(server.url):
            if server.process.poll() is not None:
                raise SystemExit("The engine ended.")
            time.sleep(0.2)
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


@asynccontextmanager
async def asking(server: Server) -> AsyncIterator[Engine]:
    """As many connections as there are requests."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=server.url, timeout=300, limits=limits) as client:
        yield Engine(server, client)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.HTTPError:
        return False


async def chat(
    engine: Engine, user: str, *, new: int = NEW, deadline: float | None = None
) -> Outcome:
    body = {
        "messages": [{"role": "user", "content": QUESTION}],
        "max_tokens": new,
        "stream": True,
        "user": user,
        "timeout": deadline,
    }
    first, error, done = 0.0, "", False
    try:
        async with engine.client.stream("POST", "/v1/chat/completions", json=body) as answer:
            if answer.status_code != 200:
                return _refused(answer)
            async for line in answer.aiter_lines():
                done = done or line == "data: [DONE]"
                if not line.startswith("data: {"):
                    continue
                chunk = json.loads(line.removeprefix("data: "))
                error = chunk["error"]["code"] if "error" in chunk else error
                if not first and any(c["delta"].get("content") for c in chunk.get("choices", [])):
                    first = time.perf_counter()
    except httpx.HTTPError as failure:
        return Outcome(f"broken: {failure!r}", fault=True)
    if error:
        return Outcome(f"stream ended with {error}", fault=error != "deadline_passed", first=first)
    return Outcome("answered" if done else "stream broke off", fault=not done, first=first)


async def embed(engine: Engine) -> Outcome:
    try:
        answer = await engine.client.post("/v1/embeddings", json={"input": PASSAGES})
    except httpx.HTTPError as failure:
        return Outcome(f"broken: {failure!r}", fault=True)
    if answer.status_code != 200:
        return _refused(answer)
    whole = len(answer.json()["data"]) == len(PASSAGES)
    return Outcome("answered" if whole else "wrong answer", fault=not whole)


async def hang_up_on(engine: Engine, kind: str, user: str, patience: float) -> Outcome:
    """After so many seconds, unless it is over by then."""
    request = embed(engine) if kind == "embed" else chat(engine, user)
    try:
        return await asyncio.wait_for(request, patience)
    except TimeoutError:
        return Outcome("hung up")


def _refused(answer: httpx.Response) -> Outcome:
    after = answer.headers.get("retry-after")
    if answer.status_code in (429, 503) and after is not None:
        return Refused(f"{answer.status_code}")
    return Outcome(f"{answer.status_code}, Retry-After {after}", fault=True)
