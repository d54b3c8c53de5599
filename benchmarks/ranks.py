"""Processes that share a model, against one; eight bits against sixteen; and a process that dies.

    python -m benchmarks.ranks [--tiny] [--shape 7B] [--ranks 1 2]

Weights of the shape are made at random in a folder, so that they are read as a real model's are.
Bars: two GPUs decode >= 1.5 x as fast as one; after a process was killed the answers under way get
an error and the group answers again.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import torch
from safetensors.torch import save_file

from benchmarks.engine_shapes import SHAPES, clients, generate, random_weights, read_prompts
from engine.batching.plan import Stepper
from engine.decoder.group import Group
from engine.decoder.opening import Extent, open_stepper
from engine.decoder.shape import Shape
from engine.devices import Place
from engine.errors import DeviceFailed
from engine.ranks.stepper import RankedStepper

PROMPT, NEW = 1024, 256
TINY_PROMPT, TINY_NEW = 64, 8


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--shape", default="7B")
    parser.add_argument("--ranks", nargs="*", type=int, default=[1, 2])
    asked = parser.parse_args()
    cuda = torch.cuda.is_available()
    place = Place(torch.device("cuda" if cuda else "cpu"), torch.bfloat16, 2)
    prompt, new = (TINY_PROMPT, TINY_NEW) if asked.tiny else (PROMPT, NEW)
    counts = (1, 4) if asked.tiny else (1, 64)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_random(SHAPES["tiny" if asked.tiny else asked.shape], place, folder)
        torch.cuda.empty_cache()
        for ranks in asked.ranks:
            for eight in (False, True):
                extent = Extent(
                    cache_bytes=None if cuda else 64 << 20,
                    longest=prompt + new + 32,
                    seats=64,
                    eight_bits=eight,
                )
                begin = time.perf_counter()
                stepper = _opened(folder, place, ranks, extent)
                ready = time.perf_counter() - begin
                what = f"{asked.shape}, {ranks} ranks, {8 if eight else 16} bits"
                print(f"{what}: ready after {ready:.1f} s", flush=True)
                for count in counts:
                    print(f"| {what} | {count} | {decoded(stepper, count, prompt, new)} |")
                if isinstance(stepper, RankedStepper) and not eight:
                    print(f"| {what} | a killed process | {killed(stepper, prompt, new)} |")
                stepper.close()
                del stepper
                torch.cuda.empty_cache()


def save_random(shape: Shape, place: Place, folder: Path) -> None:
    """A Qwen2 folder as the hub has them, a file for each layer."""
    weights = random_weights(shape, place, Group())
    whole = {
        "model.embed_tokens.weight": weights.embedding,
        "model.norm.weight": weights.norm,
        "lm_head.weight": weights.head,
    }
    _save(whole, folder / "model.safetensors")
    rows = [shape.heads * shape.head_dim, *2 * [shape.kv_heads * shape.head_dim]]
    for number, layer in enumerate(weights.layers):
        prefix = f"model.layers.{number}."
        gate, up = layer.gate_up.chunk(2)
        tensors = {
            f"{prefix}input_layernorm.weight": layer.input_norm,
            f"{prefix}post_attention_layernorm.weight": layer.post_norm,
            f"{prefix}self_attn.o_proj.weight": layer.output,
            f"{prefix}mlp.gate_proj.weight": gate,
            f"{prefix}mlp.up_proj.weight": up,
            f"{prefix}mlp.down_proj.weight": layer.down,
        }
        for name, part, bias in zip(
            "qkv", layer.qkv.split(rows), layer.qkv_bias.split(rows), strict=True
        ):
            tensors[f"{prefix}self_attn.{name}_proj.weight"] = part
            tensors[f"{prefix}self_attn.{name}_proj.bias"] = bias
        _save(tensors, folder / f"layer-{number}.safetensors")
    config = {
        "model_type": "qwen2",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "intermediate_size": shape.intermediate,
        "max_position_embeddings": shape.positions,
        "rms_norm_eps": shape.epsilon,
        "rope_parameters": dict(shape.rope),
    }
    (folder / "config.json").write_text(json.dumps(config))


def _save(tensors: dict[str, torch.Tensor], path: Path) -> None:
    # Cloned where it is on the CPU already: parts of one tensor cannot be saved as such.
    save_file({name: tensor.clone().cpu() for name, tensor in tensors.items()}, path)


def decoded(stepper: Stepper, count: int, prompt: int, new: int) -> str:
    """Twice, for the first compiles; tokens per second of the second."""
    rate = 0.0
    for _ in range(2):
        crowd = clients(stepper, count, prompt, prompt + new)
        read_prompts(stepper, crowd)
        rate = count * (new - 1) / _seconds(lambda crowd=crowd: generate(stepper, crowd, new - 1))
    return f"{rate:,.0f} tok/s decode, {prompt} in, {new} out"


def killed(stepper: RankedStepper, prompt: int, new: int) -> str:
    """What those see who were under way, and how long until the next ones are answered."""
    crowd = clients(stepper, 4, prompt, prompt + new)
    read_prompts(stepper, crowd)
    ranks = [one for one in psutil.Process().children() if "engine.ranks.rank" in one.cmdline()]
    ranks[-1].kill()
    begin = time.perf_counter()
    said = "nothing"
    try:
        generate(stepper, crowd, new - 1)
    except DeviceFailed as error:
        said = str(error)
    told = time.perf_counter() - begin
    again = _seconds(lambda: read_prompts(stepper, clients(stepper, 4, prompt, prompt + new)))
    return f"“{said}” after {told:.2f} s; answers again after {again:.1f} s"


def _opened(folder: Path, place: Place, ranks: int, extent: Extent) -> Stepper:
    if ranks > 1:
        return RankedStepper(folder, place, ranks, extent, lambda _share: None)
    return open_stepper(folder, place, Group(), extent, lambda _share: None)


def _seconds(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
