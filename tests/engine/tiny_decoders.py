"""Tiny random models of transformers, and a loop that drives a stepper as the scheduler would."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from transformers import (
    AutoModelForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from engine.batching.plan import Choice, Chosen, Row
from engine.decoder.group import Group
from engine.decoder.opening import Extent, open_stepper
from engine.decoder.stepper import DecoderStepper
from engine.devices import Place

PLACE = Place(torch.device("cpu"), torch.float32, 1)
GREEDY = Choice()
COMMON = {
    "vocab_size": 512,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.2,
    "eos_token_id": None,
    "bos_token_id": None,
    "pad_token_id": None,
}
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 500_000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
YARN = {
    "rope_type": "yarn",
    "rope_theta": 10_000.0,
    "factor": 4.0,
    "original_max_position_embeddings": 128,
}
LINEAR = {"rope_type": "linear", "rope_theta": 10_000.0, "factor": 2.0}
MODELS = {
    "qwen2": (Qwen2Config, Qwen2ForCausalLM, {"tie_word_embeddings": False}),
    "qwen2-tied-yarn": (
        Qwen2Config,
        Qwen2ForCausalLM,
        {"tie_word_embeddings": True, "rope_parameters": YARN},
    ),
    "llama-llama3": (
        LlamaConfig,
        LlamaForCausalLM,
        {"tie_word_embeddings": False, "rope_parameters": LLAMA3},
    ),
    "llama-tied-linear": (
        LlamaConfig,
        LlamaForCausalLM,
        {"tie_word_embeddings": True, "num_key_value_heads": 4, "rope_parameters": LINEAR},
    ),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM, {"tie_word_embeddings": True, "head_dim": 32}),
    "qwen3-yarn": (
        Qwen3Config,
        Qwen3ForCausalLM,
        {"tie_word_embeddings": False, "head_dim": 16, "rope_parameters": YARN},
    ),
}


def save_model(kind: str, folder: Path) -> PreTrainedModel:
    """Random weights, biases and norms included."""
    config_class, model_class, changes = MODELS[kind]
    torch.manual_seed(7)
    model = model_class(config_class(**{**COMMON, **changes})).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias") or "norm" in name:
                parameter.add_(torch.randn_like(parameter) * 0.3)
    model.save_pretrained(folder)
    # NOTE: read back, because saving and loading settles what is tied.
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def expected_tokens(model: PreTrainedModel, prompt: list[int], count: int) -> list[int]:
    """Greedy, by transformers."""
    inputs = torch.tensor([prompt])
    with torch.no_grad():
        output = model.generate(
            inputs,
            attention_mask=torch.ones_like(inputs),
            max_new_tokens=count,
            min_new_tokens=count,
            do_sample=False,
        )
    return output[0, len(prompt) :].tolist()


def tiny_stepper(
    folder: Path, group: Group | None = None, *, eight_bits: bool = False
) -> DecoderStepper:
    extent = Extent(cache_bytes=4 << 20, longest=512, seats=8, eight_bits=eight_bits)
    place = replace(PLACE, dtype=torch.bfloat16) if eight_bits else PLACE
    return open_stepper(folder, place, group or Group(), extent, lambda _: None)


@dataclass
class Sequence:
    """One request: its seat, its blocks, and what it has become."""

    seat: int
    tokens: list[int]
    blocks: list[int]
    choice: Choice = GREEDY
    computed: int = 0
    chosen: list[Chosen] = field(default_factory=list)

    def row(self, count: int) -> Row:
        """The next `count` tokens; the choice comes with the last."""
        part = self.tokens[self.computed : self.computed + count]
        ends = self.computed + len(part) == len(self.tokens)
        return Row(self.seat, part, self.computed, self.blocks, self.choice if ends else None)


def advance(stepper: DecoderStepper, sequences: list[Sequence], counts: list[int]) -> None:
    """One step with so many tokens of each."""
    rows = [s.row(count) for s, count in zip(sequences, counts, strict=True)]
    results = iter(stepper.step(rows).read())
    for sequence, row in zip(sequences, rows, strict=True):
        sequence.computed += len(row.tokens)
        if row.choice is not None:
            sequence.chosen.append(next(results))
            sequence.tokens.append(sequence.chosen[-1].token)
    assert next(results, None) is None


def answer(
    stepper: DecoderStepper, sequence: Sequence, count: int, chunk: int = 10_000
) -> list[int]:
    """The tokens of one sequence alone, its prompt read in chunks."""
    while len(sequence.chosen) < count:
        advance(stepper, [sequence], [chunk])
    return [chosen.token for chosen in sequence.chosen]
