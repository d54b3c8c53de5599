"""From a folder of weights to a stepper that is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import torch

from engine.batching.plan import Room
from engine.decoder.cache import BLOCK_TOKENS, blocks_that_fit, empty_cache
from engine.decoder.decoder import Backend, Decoder
from engine.decoder.graphs import SIZES
from engine.decoder.group import Group
from engine.decoder.plain import PlainAttention, PlainProducts
from engine.decoder.rope import rope_table
from engine.decoder.sampler import draw, likeliest
from engine.decoder.shape import Shape, read_shape
from engine.decoder.stepper import DecoderStepper
from engine.decoder.weights import Weights, load_weights
from engine.errors import ModelBroken
from engine.models.devices import Place


@dataclass(frozen=True, slots=True)
class Extent:
    """How large the steps and the cache may grow."""

    cache_bytes: int  # for keys and values on this rank
    longest: int  # context in tokens
    seats: int = 256
    step_tokens: int = 8192
    entropy: int = 0  # seeds what has no seed of its own; the same on every rank
    recorded: tuple[int, ...] = SIZES  # rows of the decode steps that a GPU replays


def open_stepper(
    folder: Path, place: Place, group: Group, extent: Extent, report: Callable[[float], None]
) -> DecoderStepper:
    """Reads the weights; `report` takes the share that is read. Raises: ModelBroken."""
    shape = read_shape(folder)
    weights = load_weights(folder, shape, group, place, report)
    return build_stepper(shape, weights, place, group, extent)


def build_stepper(
    shape: Shape, weights: Weights, place: Place, group: Group, extent: Extent
) -> DecoderStepper:
    """Raises: ModelBroken when not even one context fits."""
    blocks = blocks_that_fit(shape, group, place, extent.cache_bytes)
    longest = min(extent.longest, shape.positions)
    if blocks * BLOCK_TOKENS < longest:
        raise ModelBroken(
            f"The cache has room for {blocks * BLOCK_TOKENS} tokens, less than the context of "
            f"{longest}: choose a shorter context, a smaller model or more devices."
        )
    cache = empty_cache(shape, group, place, blocks)
    decoder = Decoder(weights, cache, backend_for(shape, place), group)
    room = Room(blocks, BLOCK_TOKENS, extent.seats, extent.step_tokens)
    stepper = DecoderStepper(decoder, room, longest, extent.entropy)
    if place.device.type == "cuda":
        stepper.record(tuple(size for size in extent.recorded if size <= extent.seats))
    return stepper


def backend_for(shape: Shape, place: Place) -> Backend:
    """Triton comes with torch where there is a GPU, and only there: hence the late import."""
    rope = rope_table(shape, place.device)
    dim = shape.head_dim
    if place.device.type == "cuda" and dim >= 16 and dim & (dim - 1) == 0:
        backend: Backend = import_module("engine.decoder.fused").fused_backend(shape, rope)
        return backend
    products, attention = PlainProducts(shape.epsilon), PlainAttention(rope, dim, shape.epsilon)
    return Backend(products, attention, likeliest, draw)


def free_memory(place: Place, share: float) -> int:
    """Bytes of the GPU's memory up to `share` of all that are still free."""
    free, total = torch.cuda.mem_get_info(place.device)
    return max(0, int(free - (1 - share) * total))
