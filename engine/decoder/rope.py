"""Rotary positions (Su et al. 2021): the table of cosines and sines that rotates queries and keys.

The variants for long contexts are those of transformers' modeling_rope_utils.
"""

import math
from collections.abc import Mapping
from typing import Any

import torch

from engine.decoder.shape import Shape


def rope_table(shape: Shape, device: torch.device) -> torch.Tensor:
    """(positions, head_dim) float32: cosines in the first half of a row, sines in the second."""
    turns, scale = _frequencies(shape.rope, shape.head_dim)
    angles = torch.arange(shape.positions, dtype=torch.float32)[:, None] * turns
    return (torch.cat((angles.cos(), angles.sin()), dim=-1) * scale).to(device)


def _frequencies(rope: Mapping[str, Any], dim: int) -> tuple[torch.Tensor, float]:
    """Radians per position (dim // 2,), and the factor on cosines and sines."""
    exponents = torch.arange(0, dim, 2, dtype=torch.int64).float() / dim
    plain = 1.0 / (rope["rope_theta"] ** exponents)
    match rope["rope_type"]:
        case "linear":
            return plain / rope["factor"], 1.0
        case "llama3":
            return _llama3(plain, rope), 1.0
        case "yarn":
            return _yarn(plain, rope, dim), _yarn_scale(rope)
    return plain, 1.0


def _llama3(plain: torch.Tensor, rope: Mapping[str, Any]) -> torch.Tensor:
    """Slow turns are slowed by `factor`, fast ones kept, those between blended."""
    low, high = rope["low_freq_factor"], rope["high_freq_factor"]
    rotations = rope["original_max_position_embeddings"] * plain / (2 * math.pi)
    kept: torch.Tensor = ((rotations - low) / (high - low)).clamp(0, 1)
    factor: float = rope["factor"]
    return (1 - kept) * plain / factor + kept * plain


def _yarn(plain: torch.Tensor, rope: Mapping[str, Any], dim: int) -> torch.Tensor:
    """Peng et al. 2023: like llama3, but blended by the index of the dimension."""
    first, last = (
        dim
        * math.log(rope["original_max_position_embeddings"] / (turns * 2 * math.pi))
        / (2 * math.log(rope["rope_theta"]))
        for turns in (rope.get("beta_fast") or 32, rope.get("beta_slow") or 1)
    )
    if rope.get("truncate", True):
        first, last = math.floor(first), math.ceil(last)
    first, last = max(first, 0), min(last, dim - 1)
    span = max(last - first, 0.001)
    slowed = ((torch.arange(dim // 2, dtype=torch.float32) - first) / span).clamp(0, 1)
    factor: float = rope["factor"]
    return slowed * plain / factor + (1 - slowed) * plain


def _yarn_scale(rope: Mapping[str, Any]) -> float:
    if rope.get("attention_factor") is not None:
        return float(rope["attention_factor"])

    def growth(weight: float) -> float:
        return 1.0 if rope["factor"] <= 1 else 0.1 * weight * math.log(rope["factor"]) + 1.0

    mscale, mscale_all = rope.get("mscale"), rope.get("mscale_all_dim")
    return growth(mscale) / growth(mscale_all) if mscale and mscale_all else growth(1.0)
