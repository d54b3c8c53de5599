"""Products and attention in plain torch: for the CPU, and what the kernels are checked against."""

from dataclasses import dataclass

import torch
from torch.nn import functional

from engine.decoder.batch import Batch, Span
from engine.decoder.cache import Pages
from engine.decoder.matrix import EightBits, Matrix, dense
from engine.decoder.weights import Layer

_FEW = 8  # rows; from here on a CPU is faster with sixteen bits


@dataclass(frozen=True, slots=True)
class PlainProducts:
    epsilon: float

    def normed(
        self, x: torch.Tensor, norm: torch.Tensor, weight: Matrix, bias: torch.Tensor | None
    ) -> torch.Tensor:
        product = _product(self._norm(x, norm), weight)
        return product if bias is None else product + bias

    def gated(self, x: torch.Tensor, norm: torch.Tensor, gate_up: Matrix) -> torch.Tensor:
        gate, up = _product(self._norm(x, norm), gate_up).chunk(2, dim=-1)
        return functional.silu(gate) * up

    def added(self, x: torch.Tensor, weight: Matrix, residual: torch.Tensor | None) -> torch.Tensor:
        product = _product(x, weight)
        return product if residual is None else residual + product

    def _norm(self, x: torch.Tensor, norm: torch.Tensor) -> torch.Tensor:
        return functional.rms_norm(x, norm.shape, norm, self.epsilon)


@dataclass(frozen=True, slots=True)
class PlainAttention:
    """One row after the other."""

    rope: torch.Tensor  # (positions, head_dim): cosines, sines
    head_dim: int
    epsilon: float

    def attend(self, qkv: torch.Tensor, layer: Layer, pages: Pages, batch: Batch) -> torch.Tensor:
        queries, keys, values = self._rotated(qkv, layer, pages.keys.shape[1], batch.positions)
        _store(pages.keys, keys, batch.slots)
        _store(pages.values, values, batch.slots)
        block_tokens = pages.keys.shape[2]
        mixed = torch.empty_like(queries)
        for span, seat in zip(batch.spans, batch.seats.tolist(), strict=True):
            blocks = batch.tables[seat, : -(-span.length // block_tokens)]
            mixed[span.begin : span.begin + span.count] = _attend(
                queries[span.begin : span.begin + span.count],
                _context(pages.keys, blocks, span),
                _context(pages.values, blocks, span),
            )
        return mixed.flatten(1)

    def _rotated(
        self, qkv: torch.Tensor, layer: Layer, kv_heads: int, positions: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Each (tokens, its heads, head_dim)."""
        split = qkv.view(len(qkv), -1, self.head_dim)
        cuts = [split.shape[1] - 2 * kv_heads, kv_heads, kv_heads]
        queries, keys, values = torch.split(split, cuts, dim=1)
        if layer.query_norm is not None:
            queries = functional.rms_norm(queries, (self.head_dim,), layer.query_norm, self.epsilon)
        if layer.key_norm is not None:
            keys = functional.rms_norm(keys, (self.head_dim,), layer.key_norm, self.epsilon)
        turns = self.rope[positions][:, None]
        return rotate(queries, turns), rotate(keys, turns), values


def _product(x: torch.Tensor, weight: Matrix) -> torch.Tensor:
    """x (rows, inputs) to (rows, outputs)."""
    if isinstance(weight, EightBits) and len(x) < _FEW:
        return torch._weight_int8pack_mm(x, weight.numbers, weight.scale)
    return functional.linear(x, dense(weight))


def rotate(x: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    """The first half of a head is the real, the second the imaginary part. x (tokens, heads,
    head_dim), turns (tokens, 1, head_dim).
    """
    real, imaginary = x.float().chunk(2, dim=-1)
    cosine, sine = turns.chunk(2, dim=-1)
    turned = (real * cosine - imaginary * sine, imaginary * cosine + real * sine)
    return torch.cat(turned, dim=-1).to(x.dtype)


def _store(pages: torch.Tensor, rows: torch.Tensor, slots: torch.Tensor) -> None:
    """rows (tokens, kv_heads, head_dim)."""
    block_tokens = pages.shape[2]
    pages[slots // block_tokens, :, slots % block_tokens] = rows


def _context(pages: torch.Tensor, blocks: torch.Tensor, span: Span) -> torch.Tensor:
    """(kv_heads, length, head_dim)."""
    return pages[blocks].transpose(0, 1).flatten(1, 2)[:, : span.length]


def _attend(queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """queries (count, heads, head_dim), the last `count` of the context; returns the same."""
    count, length = len(queries), keys.shape[1]
    if count == 1:
        # The heads that share a key as its queries: on a CPU eight times as fast as enable_gqa.
        grouped = queries.view(len(keys), -1, keys.shape[2])
        mixed = functional.scaled_dot_product_attention(grouped[None], keys[None], values[None])
        return mixed.view_as(queries)
    mask = torch.ones(count, length, dtype=torch.bool, device=keys.device)
    mask = mask.tril(diagonal=length - count)
    mixed = functional.scaled_dot_product_attention(
        queries.transpose(0, 1)[None], keys[None], values[None], attn_mask=mask, enable_gqa=True
    )
    return mixed[0].transpose(0, 1)
