"""The next token from the logits of the last one."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True)
class Choice:
    temperature: float  # 0 is greedy
    top_p: float  # nucleus; 1 keeps every token

    def sample(self, logits: torch.Tensor, randomness: torch.Generator) -> int:
        """`logits` (vocabulary,) of one position."""
        if self.temperature == 0:
            return int(logits.argmax())
        probabilities = torch.softmax(logits.float() / self.temperature, dim=-1)
        if self.top_p < 1:
            probabilities = _nucleus(probabilities, self.top_p)
        return int(torch.multinomial(probabilities, 1, generator=randomness))


def _nucleus(probabilities: torch.Tensor, top_p: float) -> torch.Tensor:
    """The likeliest tokens that together reach `top_p`; never none (Holtzman et al. 2020)."""
    ordered, positions = probabilities.sort(descending=True)
    ordered[ordered.cumsum(-1) - ordered >= top_p] = 0
    return torch.zeros_like(probabilities).scatter_(-1, positions, ordered)
