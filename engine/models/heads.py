"""BGE-M3's two further heads over the words of a text: sparse weights, and a vector for each word.

Source: Chen et al., "M3-Embedding", ACL Findings 2024, equations 3 and 5.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn import functional

from engine.devices import Place
from engine.runners import Head, Sparse, Vector

FILES: dict[Head, str] = {"sparse": "sparse_linear.pt", "multi_vector": "colbert_linear.pt"}


@dataclass(frozen=True, slots=True)
class Linear:
    weight: torch.Tensor  # (outputs, hidden)
    bias: torch.Tensor

    def __call__(self, hidden: torch.Tensor) -> torch.Tensor:
        return functional.linear(hidden, self.weight, self.bias)


@dataclass(frozen=True, slots=True)
class Heads:
    linear: dict[Head, Linear]
    silent: AbstractSet[int]  # tokens that stand for no word

    def sparse(self, hidden: torch.Tensor, ids: Sequence[Sequence[int]]) -> list[Sparse]:
        """`hidden` (texts, width, hidden). Of each token id of a text its highest weight."""
        weights = functional.relu(self.linear["sparse"](hidden)).squeeze(-1).float().cpu().numpy()
        found: list[Sparse] = []
        for row, one in zip(weights, ids, strict=True):
            highest: dict[int, float] = {}
            for token, weight in zip(one, row, strict=False):
                if token not in self.silent and weight > highest.get(token, 0.0):
                    highest[token] = float(weight)
            found.append(highest)
        return found

    def multi_vector(self, hidden: torch.Tensor, ids: Sequence[Sequence[int]]) -> list[Vector]:
        """Of each text (tokens but the first, outputs) float32 of unit length."""
        vectors = functional.normalize(self.linear["multi_vector"](hidden[:, 1:]).float(), dim=-1)
        return [row[: len(one) - 1].cpu().numpy() for row, one in zip(vectors, ids, strict=True)]


def open_heads(folder: Path, place: Place, silent: AbstractSet[int]) -> Heads:
    """Those whose weights lie in the folder. Raises: OSError, RuntimeError for damaged ones.

    They are published as .pt only: read as tensors alone, so that nothing in them can run.
    """
    linear = {}
    for head, name in FILES.items():
        if (folder / name).is_file():
            state = torch.load(folder / name, weights_only=True, map_location=place.device)
            weight, bias = (state[key].to(place.dtype) for key in ("weight", "bias"))
            linear[head] = Linear(weight, bias)
    return Heads(linear, silent)
