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
from engine.decoder.weights import Weights, in_eight_bits, load_weights
from engine.devices import Place
from engine.errors import ModelBroken

_SHORTEST = 1024  # tokens; a context below that serves nobody


@dataclass(frozen=True, slots=True)
class Extent:
    """How large the steps and the cache may grow."""

    cache_bytes: int | None = None  # for keys and values on this rank; None: what the GPU has left
    longest: int | None = None  # context in tokens; None: what the model and the cache allow
    seats: int = 256
    step_tokens: int = 8192
    entropy: int = 0  # seeds what has no seed of its own; the same on every rank
    recorded: tuple[int, ...] = SIZES  # rows of the decode steps that a GPU replays
    eight_bits: bool = False  # weights of products in eight bits; a CPU keeps both
    memory_share: float = 0.85  # of the GPU, for all that lies there


def open_stepper(
    folder: Path, place: Place, group: Group, extent: Extent, report: Callable[[float], None]
) -> DecoderStepper:
    """Reads the weights; `report` takes the share that is read. Raises: ModelBroken."""
    shape = read_shape(folder)
    if shape.packing is not None:
        _refuse_four_bits(place, extent)
    weights = load_weights(folder, shape, group, place, report)
    if extent.eight_bits:
        weights = in_eight_bits(weights, keep=place.device.type == "cpu")
    return build_stepper(shape, weights, place, group, extent)


def _refuse_four_bits(place: Place, extent: Extent) -> None:
    """Raises: ModelBroken where they cannot be computed with."""
    if place.device.type == "cpu":
        raise ModelBroken(
            "Weights in four bits (AWQ, GPTQ) need a GPU. On a CPU choose the same model in "
            "sixteen bits: it is computed in eight by itself."
        )
    if extent.eight_bits:
        raise ModelBroken("These weights have four bits already: leave --quantization away.")


def build_stepper(
    shape: Shape, weights: Weights, place: Place, group: Group, extent: Extent
) -> DecoderStepper:
    """Raises: ModelBroken when not even one context fits."""
    free = extent.cache_bytes
    if free is None:
        free = free_memory(place, extent.memory_share) - _working_bytes(shape, place, extent)
    blocks = group.least(blocks_that_fit(shape, group, place, max(0, free)), place.device)
    room = blocks * BLOCK_TOKENS
    longest = min(extent.longest or max(room, _SHORTEST), shape.positions)
    if room < longest:
        raise ModelBroken(
            f"Beside the weights there is room for {room:,} tokens of conversation, less than the "
            f"context of {longest:,}. Choose a shorter context (--max-model-len), eight bits "
            "(--quantization int8), a smaller model, or more GPUs (--tensor-parallel)."
        )
    cache = empty_cache(shape, group, place, blocks)
    decoder = Decoder(weights, cache, backend_for(shape, place), group)
    limits = Room(blocks, BLOCK_TOKENS, extent.seats, extent.step_tokens)
    stepper = DecoderStepper(decoder, place, limits, longest, extent.entropy)
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


def _working_bytes(shape: Shape, place: Place, extent: Extent) -> int:
    """What a step needs besides weights and cache, generously: activations of its tokens, and
    logits of its rows in this and in single precision.
    """
    width = 2 * shape.intermediate + 2 * shape.qkv_rows + 6 * shape.hidden
    activations = extent.step_tokens * width * place.dtype.itemsize
    logits = extent.seats * shape.vocabulary * (place.dtype.itemsize + 3 * 4)
    return 3 * (activations + logits) // 2


def free_memory(place: Place, share: float) -> int:
    """Bytes of the GPU's memory up to `share` of all that are still free."""
    free, total = torch.cuda.mem_get_info(place.device)
    return max(0, int(free - (1 - share) * total))
