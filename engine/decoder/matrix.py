"""Weights of a product, as they lie in memory: sixteen bits, eight, or four.

Writing one answer is bound by the memory: every token reads every weight once. Eight bits instead
of sixteen halve that, four halve it again; the activations stay as they are (what it changes:
docs/performance.md).
"""

from dataclasses import dataclass
from functools import reduce

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


@dataclass(frozen=True, slots=True, eq=False)
class FourBits:
    """Whole numbers from 0 to 15, less a zero, times a scale; both belong to a group of inputs.

    Eight numbers of a group of n lie in a word: the lowest bits of word j hold input j of the
    group, the next input n / 8 + j, and so on. Words that are taken apart are in order at once.
    """

    words: torch.Tensor  # (outputs, inputs / 8) int32
    zeros: torch.Tensor  # (outputs, groups) uint8
    scales: torch.Tensor  # (outputs, groups) float16
    dtype: torch.dtype  # of what they are multiplied with

    @classmethod
    def of(
        cls, numbers: torch.Tensor, zeros: torch.Tensor, scales: torch.Tensor, dtype: torch.dtype
    ) -> "FourBits":
        """`numbers` (outputs, inputs)."""
        parts = numbers.view(*zeros.shape, 8, -1).int().unbind(2)
        words = reduce(torch.bitwise_or, (part << 4 * n for n, part in enumerate(parts)))
        return cls(words.flatten(1), zeros.to(torch.uint8), scales.half(), dtype)

    @property
    def nbytes(self) -> int:
        return self.words.nbytes + self.zeros.nbytes + self.scales.nbytes

    def dense(self) -> torch.Tensor:
        shifts = torch.arange(0, 32, 4, dtype=torch.int32, device=self.words.device)[:, None]
        numbers = self.words.view(*self.zeros.shape, 1, -1) >> shifts & 15
        values = (numbers.flatten(2) - self.zeros[:, :, None]) * self.scales[:, :, None].float()
        return values.flatten(1).to(self.dtype)


Matrix = torch.Tensor | EightBits | FourBits


def dense(weight: Matrix) -> torch.Tensor:
    return weight if isinstance(weight, torch.Tensor) else weight.dense()
