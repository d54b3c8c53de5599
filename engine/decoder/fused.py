"""Products and attention on a GPU: cuBLAS for many tokens, Triton for the rest."""

import math
from dataclasses import dataclass

import torch
import triton
from torch.nn import functional

from engine.decoder import kernels_eight, kernels_four, kernels_four_rows, kernels_products
from engine.decoder.batch import TILE, Batch
from engine.decoder.cache import Pages
from engine.decoder.decoder import Backend
from engine.decoder.kernels_attention import (
    attend_single,
    attend_tiles,
    join_parts,
    rotate_and_store,
)
from engine.decoder.kernels_choice import draw, likeliest
from engine.decoder.kernels_products import Around, gate, rms_norm
from engine.decoder.matrix import EightBits, FourBits, Matrix, dense
from engine.decoder.shape import Shape
from engine.decoder.weights import Layer

# From Hopper on, a kernel may start while the one before it ends.
_EARLY_SINCE = (9, 0)
# Rows of x: with more, making packed weights sixteen bits is worth its time.
_MOST_OF_EIGHT, _MOST_OF_FOUR = 256, 128
_PROGRAMS = 512  # that fill an H200 four times
_MOST_SPLITS = 64


def fused_backend(shape: Shape, rope: torch.Tensor) -> Backend:
    """For the GPU on which `rope` lies."""
    early = torch.cuda.get_device_capability(rope.device) >= _EARLY_SINCE
    products = FusedProducts(shape.epsilon, early)
    attention = PagedAttention(rope, shape.head_dim, shape.epsilon, early)
    return Backend(products, attention, likeliest, draw)


@dataclass(frozen=True, slots=True)
class FusedProducts:
    """One token: one kernel for the norm, the product and what follows."""

    epsilon: float
    early: bool

    def normed(
        self, x: torch.Tensor, norm: torch.Tensor, weight: Matrix, bias: torch.Tensor | None
    ) -> torch.Tensor:
        if len(x) == 1:
            around = Around(norm, bias, epsilon=self.epsilon, early=self.early)
            return _vector(x, weight, around)
        return _product(rms_norm(x, norm, self.epsilon), weight, bias)

    def gated(self, x: torch.Tensor, norm: torch.Tensor, gate_up: Matrix) -> torch.Tensor:
        if len(x) == 1:
            around = Around(norm, epsilon=self.epsilon, gated=True, early=self.early)
            return _vector(x, gate_up, around)
        return gate(_product(rms_norm(x, norm, self.epsilon), gate_up))

    def added(self, x: torch.Tensor, weight: Matrix, residual: torch.Tensor | None) -> torch.Tensor:
        if len(x) == 1:
            return _vector(x, weight, Around(residual=residual, early=self.early))
        return _product(x, weight, residual=residual)


def _vector(x: torch.Tensor, weight: Matrix, around: Around) -> torch.Tensor:
    """Of one row."""
    if isinstance(weight, FourBits):
        return kernels_four.vector_product(x, weight, around)
    return kernels_products.vector_product(x, weight, around)


def _product(
    x: torch.Tensor,
    weight: Matrix,
    bias: torch.Tensor | None = None,
    residual: torch.Tensor | None = None,
) -> torch.Tensor:
    """Of more than one row, with the bias or the residual added. May overwrite the residual."""
    if isinstance(weight, EightBits) and len(x) <= _MOST_OF_EIGHT:
        return kernels_eight.rows_product(x, weight, bias, residual)
    if isinstance(weight, FourBits) and len(x) <= _MOST_OF_FOUR:
        return kernels_four_rows.rows_product(x, weight, bias, residual)
    if residual is not None:
        return residual.addmm_(x, _dense(weight).t())
    return functional.linear(x, _dense(weight), bias)


def _dense(weight: Matrix) -> torch.Tensor:
    return kernels_four_rows.dense(weight) if isinstance(weight, FourBits) else dense(weight)


@dataclass(frozen=True, slots=True)
class PagedAttention:
    """head_dim must be a power of two, at least 16."""

    rope: torch.Tensor  # (positions, head_dim): cosines, sines
    head_dim: int
    epsilon: float
    early: bool

    def attend(self, qkv: torch.Tensor, layer: Layer, pages: Pages, batch: Batch) -> torch.Tensor:
        kv_heads = pages.keys.shape[1]
        heads = qkv.shape[1] // self.head_dim - 2 * kv_heads
        self._rotate(qkv, layer, pages, batch, heads)
        mixed = qkv.new_empty((len(qkv), heads * self.head_dim))
        if batch.singles:
            self._singles(qkv, pages, batch, mixed)
        if len(batch.tiles):
            attend_tiles[(len(batch.tiles), heads)](
                qkv,
                pages.keys,
                pages.values,
                batch.tables,
                batch.tiles,
                mixed,
                self._scale,
                batch.tables.shape[1],
                qkv_width=qkv.shape[1],
                kv_heads=kv_heads,
                group=heads // kv_heads,
                dim=self.head_dim,
                block_tokens=pages.keys.shape[2],
                block_queries=TILE,
                block_keys=64,
                num_warps=8,
                num_stages=3,
            )
        return mixed

    def _rotate(
        self, qkv: torch.Tensor, layer: Layer, pages: Pages, batch: Batch, heads: int
    ) -> None:
        kv_heads = pages.keys.shape[1]
        normed = layer.query_norm is not None
        rotate_and_store[(len(qkv),)](
            qkv,
            self.rope,
            layer.query_norm if normed else qkv,
            layer.key_norm if normed else qkv,
            pages.keys,
            pages.values,
            batch.positions,
            batch.slots,
            self.epsilon,
            heads=heads,
            kv_heads=kv_heads,
            half=self.head_dim // 2,
            block_tokens=pages.keys.shape[2],
            block_heads=triton.next_power_of_2(heads + 2 * kv_heads),
            normed=normed,
            early=self.early,
            num_warps=4,
            **self._launch,
        )

    def _singles(self, qkv: torch.Tensor, pages: Pages, batch: Batch, mixed: torch.Tensor) -> None:
        rows, kv_heads = batch.singles, pages.keys.shape[1]
        heads = mixed.shape[1] // self.head_dim
        splits = _splits(rows * kv_heads)
        parts, weights = mixed, mixed
        if splits > 1:
            size = (rows, heads, splits, self.head_dim)
            parts = torch.empty(size, dtype=torch.float32, device=qkv.device)
            weights = torch.empty(size[:3], dtype=torch.float32, device=qkv.device)
        attend_single[(rows, kv_heads, splits)](
            qkv,
            pages.keys,
            pages.values,
            batch.tables,
            batch.seats,
            batch.lengths,
            parts,
            weights,
            self._scale,
            batch.tables.shape[1],
            qkv_width=qkv.shape[1],
            group=heads // kv_heads,
            block_group=max(16, triton.next_power_of_2(heads // kv_heads)),
            dim=self.head_dim,
            block_tokens=pages.keys.shape[2],
            splits=splits,
            block_keys=32 if splits > 16 else 64,
            early=self.early,
            num_warps=4,
            num_stages=3,
            **self._launch,
        )
        if splits > 1:
            join_parts[(rows * heads,)](
                parts,
                weights,
                mixed,
                dim=self.head_dim,
                splits=splits,
                early=self.early,
                num_warps=4,
                **self._launch,
            )

    @property
    def _scale(self) -> float:
        return math.log2(math.e) / math.sqrt(self.head_dim)

    @property
    def _launch(self) -> dict[str, bool]:
        return {"launch_pdl": True} if self.early else {}


def _splits(programs: int) -> int:
    """A power of two: few rows are cut into many parts so that every processor has work."""
    wanted = max(1, _PROGRAMS // programs)
    return min(_MOST_SPLITS, 1 << (wanted.bit_length() - 1))
