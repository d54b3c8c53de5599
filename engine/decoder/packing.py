"""Checkpoints in four bits, as AWQ and GPTQ write them: what config.json says, and their tensors.

Sources: Lin et al. 2023 and AutoAWQ's "gemm" layout; Frantar et al. 2022 and AutoGPTQ's, whose
first format writes every zero less one. Both hold eight numbers in a word of 32 bits, inputs by
outputs: AWQ puts eight outputs into a word, in an order of its own, GPTQ eight inputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from engine.errors import ModelBroken

_GROUPS = (32, 64, 128)
_AWQ = (0, 4, 1, 5, 2, 6, 3, 7)  # where in a word output 0, 1, … lies
_IN_ORDER = tuple(range(8))


@dataclass(frozen=True, slots=True)
class Packing:
    group: int  # inputs that share a scale and a zero
    order: tuple[int, ...]  # of the outputs in a word
    packs_inputs: bool  # GPTQ's words; zeros are packed by outputs in both
    missing: int = 0  # from every zero

    def numbers(self, words: torch.Tensor) -> torch.Tensor:
        """(outputs, inputs) uint8 of `qweight`."""
        if self.packs_inputs:
            return _apart(words.t(), _IN_ORDER)
        return _apart(words, self.order).t()

    def zeros(self, words: torch.Tensor) -> torch.Tensor:
        """(outputs, groups) uint8 of `qzeros`."""
        return (_apart(words, self.order).t() + self.missing) & 15


def packing_in(config: Mapping[str, Any]) -> Packing | None:
    """What `quantization_config` says; None without one. Raises: ModelBroken, KeyError."""
    said = config.get("quantization_config")
    if not said:
        return None
    method = str(said.get("quant_method")).lower()
    group = said.get("group_size", 0)
    unknown = {
        "quant_method": method not in ("awq", "gptq"),
        "bits": said.get("bits") != 4,
        "group_size": group not in _GROUPS,
        "version": method == "awq" and str(said.get("version", "gemm")).lower() != "gemm",
        "zero_point": not said.get("zero_point", True),
        "desc_act": bool(said.get("desc_act")),
        "checkpoint_format": said.get("checkpoint_format", "gptq") not in ("gptq", "gptq_v2"),
        "is_marlin_format": bool(said.get("is_marlin_format")),
        "lm_head": bool(said.get("lm_head")),
        "dynamic": bool(said.get("dynamic")),
    }
    if any(unknown.values()):
        named = {name: said.get(name) for name, is_unknown in unknown.items() if is_unknown}
        raise ModelBroken(
            f"Weights quantized with {named} are not read here: AWQ (gemm) and GPTQ in four bits "
            f"are, in groups of {_GROUPS} and in the order of the inputs (desc_act false)."
        )
    if method == "awq":
        return Packing(group, _AWQ, packs_inputs=False)
    missing = int(said.get("checkpoint_format", "gptq") == "gptq")
    return Packing(group, _IN_ORDER, packs_inputs=True, missing=missing)


def _apart(words: torch.Tensor, order: tuple[int, ...]) -> torch.Tensor:
    """(n, m) words to (n, 8 m) numbers."""
    shifts = torch.tensor(order, dtype=torch.int32, device=words.device) * 4
    return (words[:, :, None] >> shifts & 15).to(torch.uint8).flatten(1)
