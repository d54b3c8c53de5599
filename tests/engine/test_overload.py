"""More than there is room for, with real models: nothing is mixed up, nothing is left behind."""

import asyncio
import re
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import httpx
import torch
from batch_runners import END, Client, Letters
from engine_servers import wait_until
from tiny_decoders import PLACE, save_model

from engine.batching.admission import Limits
from engine.batching.batch_runner import BatchRunner
from engine.decoder.group import Group
from engine.decoder.opening import Extent, open_stepper
from engine.runners import Sampling

MANY = 204
NEW = 8
IN_USE = re.compile(r"^colophon:(?:num_requests_\w+|kv_cache_usage_perc)\{.*\} (\S+)$", re.M)


def test_each_of_204_gets_what_transformers_writes_for_its_own_canary(tmp_path: Path):
    """All begin alike and share that block; there is not room for the half of the seats."""
    model = save_model("qwen3", tmp_path)
    prompts = [f"{'the same for everybody, ' * 2}{number:012}" for number in range(MANY)]
    inputs = torch.tensor([list(map(ord, prompt)) for prompt in prompts])
    with torch.no_grad():
        written = model.generate(inputs, max_new_tokens=NEW, do_sample=False)
    extent = Extent(cache_bytes=1 << 19, longest=128, seats=16, step_tokens=256)
    stepper = open_stepper(tmp_path, PLACE, Group(), extent, lambda _: None)
    clients = [Client() for _ in prompts]
    with closing(BatchRunner(Letters(), stepper, Limits(128, MANY))) as runner:
        for number, (client, prompt) in enumerate(zip(clients, prompts, strict=True)):
            client.ask(runner, prompt, Sampling(max_tokens=NEW, user=str(number % 9)))
        for client in clients:
            client.wait()
        cache = runner.load().cache
    assert cache.preemptions > 0
    assert cache.shared_tokens >= 32 * MANY / 2
    assert cache.blocks_in_use == 0
    for client, tokens in zip(clients, written[:, inputs.shape[1] :].tolist(), strict=True):
        until = tokens.index(END) if END in tokens else NEW
        assert list(map(ord, client.content)) == tokens[:until]


def test_in_a_crowd_everybody_is_answered_or_told_when_to_come_and_nothing_stays(tiny_server: str):
    outcomes = asyncio.run(_crowd(tiny_server, Random(4)))
    assert outcomes["hung up"] > 0
    assert outcomes["answered"] > 0
    assert set(outcomes) <= {"answered", "429 with Retry-After", "hung up"}
    wait_until(lambda: _in_use(tiny_server) == {0.0})
    assert asyncio.run(_crowd(tiny_server, Random(5), size=1)) == {"answered": 1}


async def _crowd(url: str, random: Random, size: int = 90) -> Counter[str]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as client:
        patience = [0.02 * random.randrange(20) if number % 3 else None for number in range(size)]
        asked = [
            _ask(client, f"user {n % 7}", one if n else None) for n, one in enumerate(patience)
        ]
        return Counter(await asyncio.gather(*asked))


async def _ask(client: httpx.AsyncClient, user: str, patience: float | None) -> str:
    body = {
        "messages": [{"role": "user", "content": "hi"}],
        "user": user,
        "max_tokens": 60,
        "stream": user < "user 3",
    }
    try:
        answer = await asyncio.wait_for(client.post("/v1/chat/completions", json=body), patience)
    except TimeoutError:
        return "hung up"
    if answer.status_code == 429:
        return f"429 with{'' if 'retry-after' in answer.headers else 'out'} Retry-After"
    return "answered" if answer.status_code == 200 else str(answer.status_code)


def _in_use(url: str) -> set[float]:
    return set(map(float, IN_USE.findall(httpx.get(f"{url}/metrics").text)))
