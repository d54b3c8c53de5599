"""Clients of a real server, in processes of their own: they must not be what is measured."""

import asyncio
import json
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

_MOST_PROCESSES = 8
_LIMIT = 1 << 26  # bytes of a line


@dataclass(frozen=True)
class Asked:
    """One client: its prompts one after the other, the first of them after `wait` seconds."""

    prompts: Sequence[str]
    new: int
    wait: float = 0.0


@dataclass(frozen=True)
class Ingesting:
    """One client: its batches one after the other, again and again for so many seconds."""

    batches: Sequence[Sequence[str]]
    seconds: float = 0.0  # 0: once


@dataclass(frozen=True)
class Answered:
    """On a clock that all processes share."""

    begin: float
    first: float
    end: float
    tokens: int  # of the completion
    prompt: int


@dataclass(frozen=True)
class Embedded:
    begin: float
    end: float
    passages: int


def stream(port: int, asked: Sequence[Asked]) -> list[Answered]:
    """All clients at once."""
    return _spread(port, asked, _answers)


def embed(port: int, asked: Sequence[Ingesting]) -> list[Embedded]:
    """All clients at once."""
    return _spread(port, asked, _vectors)


def _spread(port: int, work: Sequence[Any], each: Any) -> list[Any]:
    shares = min(_MOST_PROCESSES, len(work))
    begin = time.time() + 1.5  # when all processes are there
    with ProcessPoolExecutor(shares, get_context("fork")) as pool:
        parts = [
            pool.submit(_share, port, list(work[number::shares]), each, begin)
            for number in range(shares)
        ]
        return [one for part in parts for one in part.result()]


def _share(port: int, work: list[Any], each: Any, begin: float) -> list[Any]:
    async def together() -> list[Any]:
        await asyncio.sleep(begin - time.time())
        jobs: list[Coroutine[Any, Any, list[Any]]] = [each(port, one) for one in work]
        return [found for part in await asyncio.gather(*jobs) for found in part]

    return asyncio.run(together())


async def _answers(port: int, asked: Asked) -> list[Answered]:
    await asyncio.sleep(asked.wait)
    return [await _answer(port, prompt, asked.new) for prompt in asked.prompts]


async def _answer(port: int, prompt: str, new: int) -> Answered:
    body = {
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": new,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    begin = time.time()
    reader, writer = await _ask(port, "/v1/chat/completions", body)
    first, held = 0.0, b""
    while piece := await reader.read(1 << 16):
        held = held[-2000:] + piece
        if not first and b'"delta": {"content"' in held:
            first = time.time()
    end = time.time()
    writer.close()
    if b'"usage"' not in held:
        raise SystemExit(f"The server answered: {held!r}")
    usage, _ = json.JSONDecoder().raw_decode(held[held.rindex(b'"usage"') + 9 :].decode())
    return Answered(begin, first, end, usage["completion_tokens"], usage["prompt_tokens"])


async def _vectors(port: int, asked: Ingesting) -> list[Embedded]:
    found: list[Embedded] = []
    end = time.time() + asked.seconds
    while not found or time.time() < end:
        for batch in asked.batches:
            found.append(await _embedded(port, batch))
    return found


async def _embedded(port: int, batch: Sequence[str]) -> Embedded:
    begin = time.time()
    body = {"input": batch, "encoding_format": "base64"}
    reader, writer = await _ask(port, "/v1/embeddings", body, "Priority: u=7\r\n")
    answer = await reader.read()
    writer.close()
    if answer.count(b'"embedding":') != len(batch):
        raise SystemExit(f"The server answered: {answer[:500]!r}")
    return Embedded(begin, time.time(), len(batch))


async def _ask(
    port: int, path: str, body: dict[str, Any], more: str = ""
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LIMIT)
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\n{more}"
        f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + content)
    await writer.drain()
    return reader, writer
