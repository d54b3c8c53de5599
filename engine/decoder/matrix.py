"""Weights of a product, as they lie in memory: sixteen bits, or eight.

Writing one answer is bound by the memory: every token reads every weight once. Eight bits instead
of sixteen halve that; the activations stay as they are (what it changes: docs/performance.md).
"""

from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True, eq=False)
class EightBits:
    """Whole numbers from -127 to 127, times a scale for each row (output)."""

    numbers: torch.Tensor  # (outputs, inputs) int8
    scale: torch.Tensor  # (outputs,)
    whole: torch.Tensor | None  # the same in sixteen bits, where many tokens are faster with them

    @classmethod
    def of(cls, whole: torch.Tensor, *, keep: bool) -> "EightBits":
        weight = whole.float()
        scale = weight.abs().amax(dim=1).clamp(min=1e-12) / 127
        numbers = (weight / scale[:, None]).round().to(torch.int8)
        return cls(numbers, scale.to(whole.dtype), whole if keep else None)

    @property
    def nbytes(self) -> int:
        whole = 0 if self.whole is None else self.whole.nbytes
        return self.numbers.nbytes + self.scale.nbytes + whole

    def dense(self) -> torch.Tensor:
        if self.whole is not None:
            return self.whole
        return self.numbers.to(self.scale.dtype) * self.scale[:, None]


Matrix = torch.Tensor | EightBits


def dense(weight: Matrix) -> torch.Tensor:
    return weight.dense() if isinstance(weight, EightBits) else weight
