"""Whether what is measured computes the right thing, and how fast its hottest kernel can be."""

import itertools
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType

import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from benchmarks.engine_shapes import SHAPES, clients, generate, random_weights, read_prompts
from engine.batching.plan import Choice, Row
from engine.decoder.batch import pack, unpack
from engine.decoder.cache import BLOCK_TOKENS, empty_cache
from engine.decoder.decoder import Backend, Decoder
from engine.decoder.group import Group
from engine.decoder.matrix import EightBits, FourBits, Matrix, dense
from engine.decoder.opening import Extent, backend_for, open_stepper
from engine.decoder.plain import PlainAttention, PlainProducts
from engine.decoder.rope import rope_table
from engine.decoder.sampler import draw, likeliest
from engine.decoder.weights import Weights, in_eight_bits
from engine.devices import Place

FAMILIES = (
    (Qwen2Config, Qwen2ForCausalLM, {}),
    (LlamaConfig, LlamaForCausalLM, {"tie_word_embeddings": True}),
    (Qwen3Config, Qwen3ForCausalLM, {"head_dim": 32}),
)
TINY = {
    "vocab_size": 512,
    "hidden_size": 128,
    "intermediate_size": 192,
    "num_hidden_layers": 3,
    "num_attention_heads": 8,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.2,
    "eos_token_id": None,
    "pad_token_id": None,
    "bos_token_id": None,
}
PROMPT, NEW = 150, 24
TUNINGS = [  # rows and columns of a piece, warps: 8 to 32 elements per thread
    (rows, columns, warps)
    for rows, columns, warps in itertools.product((1, 2, 4, 8), (512, 1024, 2048, 4096), (4, 8))
    if 8 <= rows * columns // (32 * warps) <= 32
]

FOUR_TUNINGS = [
    *((rows, 512, 4) for rows in (16, 32, 64)),
    *((rows, 1024, 8) for rows in (32, 64)),
    *((rows, 256, 2) for rows in (16, 32)),
    (64, 512, 8),
]
EIGHT_TUNINGS = ((16, 512, 4), (16, 512, 8), (8, 1024, 8), (16, 1024, 8), (4, 2048, 4))


def check_against_transformers(place: Place) -> None:
    """Greedy tokens of tiny models, float32, four sequences together. Raises: SystemExit."""
    exact = replace(place, dtype=torch.float32)
    for config_class, model_class, changes in FAMILIES:
        torch.manual_seed(7)
        model = model_class(config_class(**{**TINY, **changes})).to(place.device).eval()
        with tempfile.TemporaryDirectory() as name:
            model.save_pretrained(name)
            extent = Extent(8 << 20, 512, 8, recorded=(1, 4))
            stepper = open_stepper(Path(name), exact, Group(), extent, lambda _: None)
        crowd = clients(stepper, 4, PROMPT, 512)
        inputs = torch.tensor([client.tokens for client in crowd], device=place.device)
        read_prompts(stepper, crowd)
        generate(stepper, crowd, NEW - 1)
        options = {"max_new_tokens": NEW, "min_new_tokens": NEW, "do_sample": False}
        mask = torch.ones_like(inputs)
        expected = model.generate(inputs, attention_mask=mask, **options).tolist()
        same = [client.tokens == tokens for client, tokens in zip(crowd, expected, strict=True)]
        print(f"greedy tokens as transformers', {model_class.__name__}: {same}", flush=True)
        if not all(same):
            raise SystemExit("Wrong tokens: nothing is measured.")


def check_kernels(place: Place) -> None:
    """Logits of the kernels beside those of plain torch, in steps of every kind."""
    if place.device.type != "cuda":
        return
    for changes in ({}, {"qkv_bias": False, "qk_norm": True}):
        shape = replace(SHAPES["7B"], layers=2, vocabulary=4096, positions=4096, **changes)
        weights = random_weights(shape, place, Group())
        plain = Backend(
            PlainProducts(shape.epsilon),
            PlainAttention(rope_table(shape, place.device), shape.head_dim, shape.epsilon),
            likeliest,
            draw,
        )
        kinds = {
            16: weights,
            8: in_eight_bits(weights, keep=False),
            4: changed(weights, in_four_bits),
        }
        fused = backend_for(shape, place)
        # In fewer bits against the same numbers as sixteen: only the kernels differ.
        decoders = [
            Decoder(which, empty_cache(shape, Group(), place, 256), backend, Group())
            for some in kinds.values()
            for which, backend in ((some, fused), (changed(some, dense), plain))
        ]
        tables = torch.arange(256, dtype=torch.int32, device=place.device).view(4, 64)
        computed = [0, 0, 0, 0]
        for counts in ((1000, 1, 130, 7), (1, 1, 300, 1), (1, 1, 1, 1), (1, 0, 0, 0)):
            rows = [
                Row(seat, list(range(7, 7 + n)), computed[seat], tables[seat].tolist(), Choice())
                for seat, n in enumerate(counts)
                if n
            ]
            packed = pack(rows, BLOCK_TOKENS)
            numbers = torch.from_numpy(packed.numbers).to(place.device)
            batch = unpack(numbers, packed.sizes, tables, packed.spans, packed.singles)
            with torch.inference_mode():
                logits = [decoder.logits(batch).float() for decoder in decoders]
            for bits, found, expected in zip(kinds, logits[::2], logits[1::2], strict=True):
                far = ((found - expected).abs().max() / expected.std()).item()
                print(
                    f"kernels against plain torch, {bits} bits, step {counts}: {far:.4f} of the "
                    "spread",
                    flush=True,
                )
                same = torch.allclose(fused.likeliest(found), likeliest(found))
                if not far < 0.1 or not same:
                    raise SystemExit("Wrong logits: nothing is measured.")
            computed = [c + n for c, n in zip(computed, counts, strict=True)]


def changed(weights: Weights, change: Callable[[Matrix], Matrix]) -> Weights:
    """Every product but the head."""
    layers = [
        replace(
            layer,
            qkv=change(layer.qkv),
            output=change(layer.output),
            gate_up=change(layer.gate_up),
            down=change(layer.down),
        )
        for layer in weights.layers
    ]
    head = weights.head if isinstance(weights.head, torch.Tensor) else dense(weights.head)
    return replace(weights, layers=tuple(layers), head=head)


def in_four_bits(weight: torch.Tensor) -> FourBits:
    """The nearest numbers, in groups of 128."""
    grouped = weight.float().unflatten(1, (-1, 128))
    low, high = grouped.amin(dim=2), grouped.amax(dim=2)
    scales = ((high - low) / 15).half()
    zeros = (-low / scales).round().clamp(0, 15)
    numbers = (grouped / scales[:, :, None] + zeros[:, :, None]).round().clamp(0, 15)
    return FourBits.of(numbers.flatten(1).to(torch.uint8), zeros, scales, weight.dtype)


def time_products(place: Place) -> None:
    """Bandwidth of the vector product by tuning."""
    if place.device.type != "cuda":
        return
    kernels = import_module("engine.decoder.kernels_products")
    matrices = {
        "qkv of 7B": (4608, 3584, False),
        "output of 7B": (3584, 3584, False),
        "gate_up of 7B": (2 * 18_944, 3584, True),
        "down of 7B": (3584, 18_944, False),
        "head of 7B": (152_064, 3584, False),
        "qkv of 32B": (7168, 5120, False),
        "output of 32B": (5120, 5120, False),
        "gate_up of 32B": (2 * 27_648, 5120, True),
        "down of 32B": (5120, 27_648, False),
    }
    for name, (rows, columns, gated) in matrices.items():
        copies = max(2, 600_000_000 // (rows * columns * 2))  # more than the L2 cache holds
        weights = [
            torch.randn(rows, columns, device=place.device, dtype=place.dtype)
            for _ in range(copies)
        ]
        x = torch.randn(1, columns, device=place.device, dtype=place.dtype)
        norm = torch.ones(columns, device=place.device, dtype=place.dtype)
        found: list[tuple[float, tuple[int, int, int]]] = []
        for tuning in TUNINGS:
            around = kernels.Around(norm if columns < 8192 else None, gated=gated, early=True)
            seconds = _time(partial(_product, kernels, x, around, tuning), weights)
            found.append((round(rows * columns * 2 / seconds / 1e12, 2), tuning))
        found.sort(reverse=True)
        print(f"{name}, TB/s: {found[:8]}", flush=True)
        _time_eight(name, kernels, x, around, [EightBits.of(w, keep=False) for w in weights])
        _time_four(name, x, around, [in_four_bits(w) for w in weights])
        seconds = _time(partial(torch.nn.functional.linear, x), weights)
        print(f"{name}, cuBLAS: {rows * columns * 2 / seconds / 1e12:.2f} TB/s", flush=True)


def _time_eight(
    name: str, kernels: ModuleType, x: torch.Tensor, around: object, weights: list[EightBits]
) -> None:
    """The same in eight bits, and a product of 64 rows beside cuBLAS's in sixteen."""
    found = []
    for tuning in (*TUNINGS, *EIGHT_TUNINGS):
        seconds = _time(partial(_product, kernels, x, around, tuning), weights)
        found.append((round(weights[0].numbers.numel() / seconds / 1e12, 2), tuning))
    found.sort(reverse=True)
    print(f"{name}, 8 bits, TB/s: {found[:8]}", flush=True)
    rows = x.expand(64, -1).contiguous()
    few = import_module("engine.decoder.kernels_eight")
    seconds = _time(partial(few.rows_product, rows), weights)
    whole = [weight.dense() for weight in weights]
    blas = _time(partial(torch.nn.functional.linear, rows), whole)
    print(f"{name}, 64 rows: 8 bits {seconds * 1e6:.0f} us, cuBLAS {blas * 1e6:.0f} us", flush=True)


def _time_four(name: str, x: torch.Tensor, around: object, weights: list[FourBits]) -> None:
    """The same in four bits, and products of some rows beside cuBLAS's in sixteen."""
    kernels, few = (import_module(f"engine.decoder.kernels_four{part}") for part in ("", "_rows"))
    found = []
    for tuning in FOUR_TUNINGS:
        seconds = _time(partial(_product, kernels, x, around, tuning), weights)
        found.append((round(weights[0].words.nbytes / seconds / 1e12, 2), tuning))
    found.sort(reverse=True)
    print(f"{name}, 4 bits, TB/s: {found[:8]}", flush=True)
    whole = [few.dense(weight) for weight in weights]
    for count in (8, 16, 64, 128, 256, 512):
        rows = x.expand(count, -1).contiguous()
        own = _time(partial(few.rows_product, rows), weights)
        blas = _time(partial(torch.nn.functional.linear, rows), whole)
        both = _time(partial(_dense_first, few, rows), weights)
        print(
            f"{name}, {count} rows: 4 bits {own * 1e6:.0f} us, made sixteen before "
            f"{both * 1e6:.0f}, cuBLAS in sixteen {blas * 1e6:.0f} us",
            flush=True,
        )


def _dense_first(few: ModuleType, rows: torch.Tensor, weight: FourBits) -> None:
    torch.nn.functional.linear(rows, few.dense(weight))


def _product(
    kernels: ModuleType, x: torch.Tensor, around: object, tuning: object, weight: torch.Tensor
) -> None:
    kernels.vector_product(x, weight, around, tuning)


def _time(compute: Callable[[torch.Tensor], object], weights: Sequence[torch.Tensor]) -> float:
    """Seconds per call in a recorded graph."""
    for weight in weights[:2]:
        compute(weight)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(2):
            for weight in weights:
                compute(weight)
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    graph.replay()
    start.record()
    for _ in range(2):
        graph.replay()
    end.record()
    end.synchronize()
    return start.elapsed_time(end) / 1e3 / (4 * len(weights))
