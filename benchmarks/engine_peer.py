"""The same shape in transformers, with its own `generate`."""

import time

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from benchmarks.engine_shapes import SHAPES
from engine.devices import Place

NEW = 64


def measure_transformers(name: str, place: Place) -> list[str]:
    """Lines of the table: tokens per second at concurrency 1 and 64, prompts of 1,024 tokens."""
    shape = SHAPES[name]
    config = Qwen2Config(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        intermediate_size=shape.intermediate,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        eos_token_id=None,
        pad_token_id=None,
        bos_token_id=None,
    )
    prompt = min(1024, shape.positions - NEW)
    with place.device:
        previous = torch.get_default_dtype()
        torch.set_default_dtype(place.dtype)
        model = Qwen2ForCausalLM(config).eval()
        torch.set_default_dtype(previous)
    lines = []
    for count in (1, 64):
        inputs = torch.randint(0, 500, (count, prompt), device=place.device)
        begin = time.perf_counter()
        model.generate(
            inputs,
            attention_mask=torch.ones_like(inputs),
            max_new_tokens=NEW,
            min_new_tokens=NEW,
            do_sample=False,
        )
        speed = NEW * count / (time.perf_counter() - begin)
        what = f"transformers.generate, concurrency {count}, {prompt} in, {NEW} out"
        lines.append(f"| {name} | {what} | {speed:,.0f} tok/s with prefill |")
        print(lines[-1], flush=True)
    return lines
