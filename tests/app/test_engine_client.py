"""Our client and servers that are not ours."""

import asyncio
import json

import httpx
import pytest
from openai import AsyncOpenAI

from app.models.client import EngineGenerator
from retrieval.ports import Message, Terms


def streamed(name: str) -> bytes:
    """A stream of a server that calls the reasoning by this name."""
    deltas = [{"role": "assistant", "content": ""}, {name: "hm"}, {"content": "yes"}]
    chunks = [
        {"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}]}
        for delta in deltas
    ]
    return b"".join(b"data: %s\n\n" % json.dumps(one).encode() for one in chunks) + b"data: [DONE]"


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_reasoning_is_known_by_the_names_of_ours_and_of_vllm(name: str):
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, content=streamed(name), headers={"content-type": "text/event-stream"}
        )

    async def asked() -> list[tuple[str, str]]:
        transport = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with AsyncOpenAI(
            base_url="http://elsewhere/v1", api_key="k", http_client=transport
        ) as client:
            stream = EngineGenerator(client, "m").stream([Message("user", "?")], Terms(10))
            return [(delta.reasoning, delta.content) async for delta in stream]

    assert asyncio.run(asked()) == [("hm", ""), ("", "yes")]
