"""The decoder of three families in one: pre-norm, rotary positions, grouped queries, gated MLP.

How products and attention are computed is handed in: `plain.py` for any device, `fused.py` for
GPUs. With several ranks, each holds its slice, and two sums per layer make them agree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch.nn import functional

from engine.decoder.batch import Batch
from engine.decoder.cache import Pages
from engine.decoder.group import Group
from engine.decoder.matrix import Matrix
from engine.decoder.weights import Layer, Weights


class Products(Protocol):
    """x (tokens, hidden); weights have a row for each output."""

    def normed(
        self, x: torch.Tensor, norm: torch.Tensor, weight: Matrix, bias: torch.Tensor | None
    ) -> torch.Tensor:
        """RMS norm of x, then weight and bias: (tokens, outputs)."""
        ...

    def gated(self, x: torch.Tensor, norm: torch.Tensor, gate_up: Matrix) -> torch.Tensor:
        """silu(gate) * up of the normed x: (tokens, intermediate)."""
        ...

    def added(self, x: torch.Tensor, weight: Matrix, residual: torch.Tensor | None) -> torch.Tensor:
        """residual + weight x: (tokens, hidden). May overwrite the residual."""
        ...


class Attention(Protocol):
    def attend(self, qkv: torch.Tensor, layer: Layer, pages: Pages, batch: Batch) -> torch.Tensor:
        """Rotates queries and keys, stores keys and values in their slots, and lets every token
        attend to its row's context up to itself.

        qkv (tokens, (heads + 2 kv_heads) * head_dim) may be overwritten.
        Returns (tokens, heads * head_dim).
        """
        ...


# Logits (rows, vocabulary) to (2, rows) float64: each row's likeliest token, the first of equals,
# and its log-probability.
Likeliest = Callable[[torch.Tensor], torch.Tensor]

# Logits (rows, vocabulary), limits (4, rows) float32 and seeds (rows,) int32, see sampler.py, to
# (rows,) int64: tokens drawn from what the limits leave.
Drawer = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


@dataclass(frozen=True, slots=True)
class Backend:
    products: Products
    attention: Attention
    likeliest: Likeliest
    draw: Drawer


@dataclass(frozen=True, slots=True)
class Decoder:
    weights: Weights
    cache: tuple[Pages, ...]
    backend: Backend
    group: Group

    def logits(self, batch: Batch) -> torch.Tensor:
        """(chosen, vocabulary) after the last tokens; the step's keys and values are stored."""
        x = functional.embedding(batch.tokens, self.weights.embedding)
        for layer, pages in zip(self.weights.layers, self.cache, strict=True):
            x = self._layer(x, layer, pages, batch)
        last = x if len(batch.last) == len(x) else x[batch.last]
        head = self.backend.products.normed(last, self.weights.norm, self.weights.head, None)
        return self.group.join(head)

    def _layer(self, x: torch.Tensor, layer: Layer, pages: Pages, batch: Batch) -> torch.Tensor:
        qkv = self.backend.products.normed(x, layer.input_norm, layer.qkv, layer.qkv_bias)
        mixed = self.backend.attention.attend(qkv, layer, pages, batch)
        x = self._add(x, mixed, layer.output)
        inner = self.backend.products.gated(x, layer.post_norm, layer.gate_up)
        return self._add(x, inner, layer.down)

    def _add(self, x: torch.Tensor, inner: torch.Tensor, weight: Matrix) -> torch.Tensor:
        """Rank 0 brings the residual into the sum of all ranks."""
        residual = x if self.group.rank == 0 else None
        return self.group.add_up(self.backend.products.added(inner, weight, residual))
