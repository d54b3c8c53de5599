"""Decoders of known shapes with random weights, and the loops that drive them."""

import time
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from engine.batching.plan import Choice, Row
from engine.decoder.group import Group
from engine.decoder.matrix import FourBits
from engine.decoder.opening import Extent, build_stepper
from engine.decoder.packing import Packing
from engine.decoder.shape import Shape
from engine.decoder.stepper import DecoderStepper
from engine.decoder.weights import Weights, empty_weights
from engine.devices import Place

ROPE = {"rope_type": "default", "rope_theta": 1e6}
SHAPES = {
    "1.5B": Shape(151_936, 1536, 28, 12, 2, 128, 8960, 32_768, 1e-6, ROPE, qkv_bias=True),
    "7B": Shape(152_064, 3584, 28, 28, 4, 128, 18_944, 32_768, 1e-6, ROPE, qkv_bias=True),
    "32B": Shape(152_064, 5120, 64, 40, 8, 128, 27_648, 32_768, 1e-6, ROPE, qkv_bias=True),
    "tiny": Shape(2048, 64, 2, 4, 2, 16, 128, 512, 1e-6, ROPE, qkv_bias=True),
}
FOUR = Packing(128, tuple(range(8)), packs_inputs=True)
SHAPES |= {f"{name} in 4 bits": replace(SHAPES[name], packing=FOUR) for name in ("7B", "32B")}
GREEDY = Choice()


def random_weights(shape: Shape, place: Place, group: Group) -> Weights:
    torch.manual_seed(0)
    weights = empty_weights(shape, group, place)
    for layer in weights.layers:
        for matrix in (layer.qkv, layer.output, layer.gate_up, layer.down):
            if isinstance(matrix, FourBits):
                matrix.words.random_()
                matrix.zeros.fill_(8)
                matrix.scales.fill_(0.0043)
            else:
                matrix.normal_(std=0.02)
        for vector in (layer.input_norm, layer.post_norm, layer.query_norm, layer.key_norm):
            if vector is not None:
                vector.fill_(1)
        if layer.qkv_bias is not None:
            layer.qkv_bias.zero_()
    weights.embedding.normal_(std=0.02)
    weights.head.normal_(std=0.1)  # a few likely tokens, as of a trained model
    weights.norm.fill_(1)
    return weights


def open_random(
    name: str, place: Place, group: Group, tokens: int, extent: Extent
) -> DecoderStepper:
    """With room for `tokens` in the cache; what `extent` says of bytes is not read."""
    shape = SHAPES[name]
    room = tokens * shape.kv_bytes(place.dtype.itemsize)
    weights = random_weights(shape, place, group)
    return build_stepper(shape, weights, place, group, replace(extent, cache_bytes=room))


@dataclass
class Client:
    """One sequence in its seat, with blocks of its own."""

    seat: int
    tokens: list[int]
    blocks: list[int]
    choice: Choice = GREEDY
    computed: int = 0
    since: float = 0.0
    times: list[float] = field(default_factory=list)  # of its tokens, seconds

    @property
    def waiting(self) -> int:
        """Tokens that are not computed yet; 1 while it generates."""
        return len(self.tokens) - self.computed


def clients(stepper: DecoderStepper, count: int, prompt: int, longest: int) -> list[Client]:
    size = stepper.room.block_tokens
    each = -(-longest // size)
    draw = np.random.default_rng(1)
    return [
        Client(
            seat,
            draw.integers(0, 500, prompt).tolist(),
            list(range(seat * each, (seat + 1) * each)),
        )
        for seat in range(count)
    ]


def advance(stepper: DecoderStepper, asked: list[tuple[Client, int]]) -> None:
    """One step with so many tokens of each client."""
    size = stepper.room.block_tokens
    rows = []
    for client, count in asked:
        end = client.computed + count
        used = client.blocks[: -(-(end + 1) // size)]  # as a scheduler would: one token ahead
        choice = client.choice if end == len(client.tokens) else None
        part = client.tokens[client.computed : end]
        rows.append(Row(client.seat, part, client.computed, used, choice))
    results = iter(stepper.step(rows).read())
    now = time.perf_counter()
    for (client, count), row in zip(asked, rows, strict=True):
        client.computed += count
        if row.choice is not None:
            client.tokens.append(next(results).token)
            client.times.append(now)


def read_prompts(stepper: DecoderStepper, waiting: list[Client]) -> None:
    """In full steps, in order; nobody generates meanwhile."""
    queue = list(waiting)
    while queue:
        asked, left = [], stepper.room.step_tokens
        while queue and left:
            count = min(left, queue[0].waiting)
            asked.append((queue[0], count))
            left -= count
            if count == queue[0].waiting:
                queue.pop(0)
            elif left == 0:
                break
        advance(stepper, asked)


def generate(stepper: DecoderStepper, running: list[Client], count: int) -> None:
    for _ in range(count):
        advance(stepper, [(client, 1) for client in running])


def serve(stepper: DecoderStepper, crowd: list[Client], answers: int, new: int) -> list[float]:
    """Closed loop: whoever has `new` tokens asks again at once. Each step: one token of all that
    generate, and up to 2,048 of the prompt that waits longest. Returns seconds to first tokens.

    The clients begin one after the other, 0.15 s apart.
    """
    begin = time.perf_counter()
    for number, client in enumerate(crowd):
        client.since = begin + number * 0.15
    prompts = {client.seat: list(client.tokens) for client in crowd}
    first_tokens: list[float] = []
    while len(first_tokens) < answers:
        reading = _longest_waiting(crowd)
        asked = [(client, 1) for client in crowd if client.times] + reading
        if asked:
            advance(stepper, asked)
        first_tokens += [c.times[0] - c.since for c, _ in reading if c.times]
        for client in crowd:
            if len(client.times) >= new:
                client.tokens = [*prompts[client.seat][1:], client.tokens[-1]]
                client.computed, client.times, client.since = 0, [], time.perf_counter()
    return first_tokens


def _longest_waiting(crowd: list[Client]) -> list[tuple[Client, int]]:
    now = time.perf_counter()
    waiting = [client for client in crowd if not client.times and client.since <= now]
    if not waiting:
        return []
    first = min(waiting, key=lambda client: client.since)
    return [(first, min(2048, first.waiting))]
