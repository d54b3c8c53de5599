"""Checkpoints in four bits: packed here as AWQ and GPTQ do, and read by the engine."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_decoders import (
    MODELS,
    PLACE,
    Sequence,
    answer,
    expected_tokens,
    save_model,
    tiny_stepper,
)

from engine.decoder.group import Group
from engine.decoder.matrix import dense
from engine.decoder.opening import Extent, build_stepper
from engine.decoder.shape import read_shape
from engine.decoder.weights import load_weights
from engine.errors import ModelBroken

GROUP = 32
PROMPT = list(range(5, 60))
AWQ = {"quant_method": "awq", "bits": 4, "group_size": GROUP, "version": "gemm"}
GPTQ = {"quant_method": "gptq", "bits": 4, "group_size": GROUP, "desc_act": False}
FORMATS = {"awq": AWQ, "gptq": GPTQ, "gptq_v2": {**GPTQ, "checkpoint_format": "gptq_v2"}}
AWQ_PLACES = (0, 2, 4, 6, 1, 3, 5, 7)  # the outputs in a word, from its lowest bits on


def words(numbers: np.ndarray, places: tuple[int, ...]) -> np.ndarray:
    """(n, 8 m) to (n, m) int32."""
    found = np.zeros((len(numbers), numbers.shape[1] // 8), np.uint32)
    for bits, place in enumerate(places):
        found |= numbers[:, place::8].astype(np.uint32) << np.uint32(4 * bits)
    return found.view(np.int32)


def quantized(weight: torch.Tensor, method: str) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """What stands for `weight` (outputs, inputs) in the file, and what it means."""
    grouped = weight.float().unflatten(1, (-1, GROUP))
    low, high = grouped.amin(dim=2), grouped.amax(dim=2)
    scales = ((high - low) / 15).half()
    zeros = (-low / scales.float()).round().clamp(0, 15)
    numbers = (grouped / scales.float()[:, :, None] + zeros[:, :, None]).round().clamp(0, 15)
    meant = ((numbers - zeros[:, :, None]) * scales.float()[:, :, None]).flatten(1)
    by_input, rows = numbers.flatten(1).t().numpy(), zeros.t().numpy()
    in_order = tuple(range(8))
    if method == "awq":
        packed, marks = words(by_input, AWQ_PLACES), words(rows, AWQ_PLACES)
    else:
        packed = np.ascontiguousarray(words(by_input.T, in_order).T)
        marks = words((rows - (method == "gptq")) % 16, in_order)
    parts = {"qweight": packed, "qzeros": marks}
    found = {name: torch.from_numpy(part) for name, part in parts.items()}
    return {**found, "scales": scales.t().contiguous()}, meant


def pack(
    kind: str,
    method: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    intermediate: int = 128,
) -> dict[str, Any]:
    """A tiny model in four bits; returns the weights that it has now."""
    changes = {**MODELS[kind][2], "intermediate_size": intermediate}
    monkeypatch.setitem(MODELS, kind, (*MODELS[kind][:2], changes))
    save_model(kind, folder)
    file, meant = folder / "model.safetensors", {}
    tensors = load_file(file)
    for name in [name for name in tensors if "_proj.weight" in name]:
        parts, meant[name] = quantized(tensors.pop(name), method)
        stem = name.removesuffix("weight")
        tensors.update({f"{stem}{part}": tensor for part, tensor in parts.items()})
    save_file(tensors, file)
    rewrite(folder, FORMATS[method])
    return meant


def rewrite(folder: Path, said: dict[str, Any]) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "quantization_config": said}))


@pytest.mark.parametrize(
    ("kind", "method"), [("qwen2", "awq"), ("llama-llama3", "gptq"), ("qwen3", "gptq_v2")]
)
def test_a_checkpoint_in_four_bits_writes_what_its_numbers_mean(
    kind: str, method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    packed, whole = tmp_path / "packed", tmp_path / "whole"
    meant = pack(kind, method, packed, monkeypatch)
    model = save_model(kind, whole)
    model.load_state_dict(meant, strict=False)
    shape = read_shape(packed)
    weights = load_weights(packed, shape, Group(), PLACE, lambda _: None)
    stepper = build_stepper(shape, weights, PLACE, Group(), Extent(4 << 20, 512, 8))
    found = answer(stepper, Sequence(0, list(PROMPT), list(range(8))), 12, chunk=20)
    assert found == expected_tokens(model, PROMPT, 12)
    plain = load_weights(whole, read_shape(whole), Group(), PLACE, lambda _: None)
    less = plain.nbytes - plain.embedding.nbytes, weights.nbytes - weights.embedding.nbytes
    assert less[1] < 0.16 * less[0]  # of 32 bits 4, and 24 for every group of 32


@pytest.mark.parametrize("method", ["awq", "gptq"])
def test_each_rank_reads_its_slice_of_four_bits(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pack("qwen2", method, tmp_path, monkeypatch)
    shape = read_shape(tmp_path)
    (whole,), *halves = (
        [load_weights(tmp_path, shape, Group(rank, ranks), PLACE, lambda _: None).layers[1]]
        for rank, ranks in ((0, 1), (0, 2), (1, 2))
    )
    own = [half[0] for half in halves]
    joined = torch.cat([dense(half.down) for half in own], dim=1)
    assert torch.equal(joined, dense(whole.down))
    joined = torch.cat([dense(half.output) for half in own], dim=1)
    assert torch.equal(joined, dense(whole.output))
    gates = torch.cat([part for half in own for part in dense(half.gate_up).chunk(2)[:1]])
    assert torch.equal(gates, dense(whole.gate_up).chunk(2)[0])


def test_a_cpu_refuses_four_bits_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pack("qwen2", "awq", tmp_path, monkeypatch)
    with pytest.raises(ModelBroken, match="sixteen bits"):
        tiny_stepper(tmp_path)


@pytest.mark.parametrize(
    "said",
    [
        {**GPTQ, "desc_act": True},
        {**GPTQ, "bits": 8},
        {**GPTQ, "group_size": -1},
        {**AWQ, "version": "gemv"},
        {"quant_method": "fp8"},
    ],
)
def test_what_is_packed_in_another_way_is_refused(said: dict[str, Any], tmp_path: Path):
    save_model("qwen2", tmp_path)
    rewrite(tmp_path, said)
    with pytest.raises(ModelBroken, match="AWQ"):
        read_shape(tmp_path)


def test_groups_that_ranks_cannot_share_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pack("qwen2", "gptq", tmp_path, monkeypatch, intermediate=96)
    with pytest.raises(ModelBroken, match="2 ranks cannot cut 96 in groups of 32"):
        Group(0, 2).check(read_shape(tmp_path))
