"""What config.json says about a decoder of the Qwen2, Llama or Qwen3 family."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.decoder.packing import Packing, packing_in
from engine.errors import ModelBroken

_FAMILIES = ("qwen2", "llama", "qwen3")
_ROPES = ("default", "linear", "llama3", "yarn")


@dataclass(frozen=True, slots=True)
class Shape:
    vocabulary: int
    hidden: int
    layers: int
    heads: int
    kv_heads: int  # each serves heads // kv_heads query heads
    head_dim: int
    intermediate: int
    positions: int
    epsilon: float  # of the norms
    rope: Mapping[str, Any]  # kind, theta and the parameters of that kind
    qkv_bias: bool = False
    qk_norm: bool = False  # of each head's query and key, before they are rotated (Qwen3)
    tied: bool = False  # the output head is the embedding
    packing: Packing | None = None  # of weights in four bits

    @property
    def qkv_rows(self) -> int:
        return (self.heads + 2 * self.kv_heads) * self.head_dim

    def kv_bytes(self, element_size: int) -> int:
        """Of one token's keys and values in all layers."""
        return 2 * self.layers * self.kv_heads * self.head_dim * element_size


def read_shape(folder: Path) -> Shape:
    """Raises: ModelBroken when the configuration asks for what this decoder does not do."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return _shape(config)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelBroken(f"{folder / 'config.json'} cannot be read: {error!r}") from error


def _shape(config: Mapping[str, Any]) -> Shape:
    family = config["model_type"]
    _refuse_the_unknown(config, family)
    heads = config["num_attention_heads"]
    positions = config["max_position_embeddings"]
    return Shape(
        vocabulary=config["vocab_size"],
        hidden=config["hidden_size"],
        layers=config["num_hidden_layers"],
        heads=heads,
        kv_heads=config.get("num_key_value_heads") or heads,
        head_dim=config.get("head_dim") or config["hidden_size"] // heads,
        intermediate=config["intermediate_size"],
        positions=positions,
        epsilon=config["rms_norm_eps"],
        rope=_rope(config, positions),
        qkv_bias=family == "qwen2",
        qk_norm=family == "qwen3",
        tied=bool(config.get("tie_word_embeddings", False)),
        packing=packing_in(config),
    )


def _refuse_the_unknown(config: Mapping[str, Any], family: str) -> None:
    if family not in _FAMILIES:
        raise ModelBroken(f"Models of type {family!r} are unknown here; known: {_FAMILIES}.")
    unknown = [name for name in ("attention_bias", "mlp_bias") if config.get(name)]
    if config.get("use_sliding_window"):
        unknown.append("use_sliding_window")
    if config.get("hidden_act", "silu") != "silu":
        unknown.append("hidden_act")
    if unknown:
        raise ModelBroken(f"This {family} model asks for what is not done here: {unknown}.")


def _rope(config: Mapping[str, Any], positions: int) -> Mapping[str, Any]:
    """One form for both: `rope_parameters` since transformers 5, `rope_scaling` before."""
    rope = dict(config.get("rope_parameters") or config.get("rope_scaling") or {})
    rope.setdefault("rope_theta", config.get("rope_theta", 10_000.0))
    kind = rope.setdefault("rope_type", rope.get("type", "default"))
    if kind not in _ROPES:
        raise ModelBroken(f"Rotary positions of the kind {kind!r} are unknown; known: {_ROPES}.")
    rope.setdefault("original_max_position_embeddings", positions)
    return rope
