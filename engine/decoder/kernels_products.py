"""Triton kernels around the matrix products: a product with one vector, and what joins the rest.

A step of one token reads every weight once and computes next to nothing: it is as fast as the
memory. So each kernel reads its rows of the weights in wide pieces and does what comes before and
after the product on the way.
"""

# A kernel takes every pointer and size by itself, and is one piece.
# ruff: noqa: C901, PLR0912, PLR0913, PLR0915

from dataclasses import dataclass

import torch
import triton
import triton.language as tl

from engine.decoder.matrix import EightBits

Tuning = tuple[int, int, int]  # rows and columns of a piece, warps


@dataclass(frozen=True, slots=True)
class Around:
    """What is done on the way, before and after the product."""

    norm: torch.Tensor | None = None  # x is RMS-normed by it
    bias: torch.Tensor | None = None
    residual: torch.Tensor | None = None
    epsilon: float = 0.0
    gated: bool = False  # silu of the product with the upper half of the rows, times the lower's
    early: bool = False  # starts before the kernel before it has ended


@triton.jit
def _product_kernel(
    x: tl.tensor,  # (columns,)
    norm: tl.tensor,  # (columns,): x is RMS-normed by it on the way
    weight: tl.tensor,  # (rows, columns), or (2 * rows, columns) when gated
    bias: tl.tensor,  # (rows,)
    residual: tl.tensor,  # (rows,)
    scales: tl.tensor,  # (rows,), or (2 * rows,) when gated: of weights in eight bits
    out: tl.tensor,  # (rows,)
    rows: tl.int32,
    epsilon: tl.float32,
    columns: tl.constexpr,
    block_rows: tl.constexpr,
    block_columns: tl.constexpr,
    has_norm: tl.constexpr,
    has_bias: tl.constexpr,
    has_residual: tl.constexpr,
    has_scales: tl.constexpr,
    gated: tl.constexpr,
    early: tl.constexpr,
) -> None:
    row = tl.program_id(0) * block_rows + tl.arange(0, block_rows)
    inside = row < rows
    start = weight + row.to(tl.int64)[:, None] * columns
    total = tl.zeros((block_rows, block_columns), tl.float32)
    total_up = tl.zeros((block_rows, block_columns), tl.float32)
    squares = tl.zeros((block_columns,), tl.float32)
    # The weights do not depend on the kernel before: the first piece is fetched while it ends,
    # and each further piece while the one before it is used.
    column = tl.arange(0, block_columns)
    both = inside[:, None] & (column < columns)[None, :]
    piece = tl.load(start + column[None, :], mask=both, other=0)
    up = piece
    if gated:
        up = tl.load(start + rows.to(tl.int64) * columns + column[None, :], mask=both, other=0)
    if early:
        tl.extra.cuda.gdc_launch_dependents()
        tl.extra.cuda.gdc_wait()
    for first in tl.range(0, columns, block_columns):
        column = first + tl.arange(0, block_columns)
        there = column < columns
        values = tl.load(x + column, mask=there, other=0).to(tl.float32)
        if has_norm:
            squares += values * values
            values *= tl.load(norm + column, mask=there, other=0).to(tl.float32)
        column += block_columns
        both = inside[:, None] & (column < columns)[None, :]
        total += piece.to(tl.float32) * values[None, :]
        piece = tl.load(start + column[None, :], mask=both, other=0)
        if gated:
            total_up += up.to(tl.float32) * values[None, :]
            up = tl.load(start + rows.to(tl.int64) * columns + column[None, :], mask=both, other=0)
    scale = 1.0
    if has_norm:
        scale = tl.rsqrt(tl.sum(squares) / columns + epsilon)
    result = tl.sum(total, axis=1) * scale
    result_up = tl.sum(total_up, axis=1) * scale
    if has_scales:
        result *= tl.load(scales + row, mask=inside, other=0).to(tl.float32)
        if gated:
            result_up *= tl.load(scales + rows + row, mask=inside, other=0).to(tl.float32)
    if gated:
        result = result * tl.sigmoid(result) * result_up
    if has_bias:
        result += tl.load(bias + row, mask=inside, other=0).to(tl.float32)
    if has_residual:
        result += tl.load(residual + row, mask=inside, other=0).to(tl.float32)
    tl.store(out + row, result.to(out.dtype.element_ty), mask=inside)


@triton.jit
def _gate_kernel(
    gate_up: tl.tensor,  # (tokens, 2 * columns)
    out: tl.tensor,  # (tokens, columns)
    columns: tl.constexpr,
    block: tl.constexpr,
) -> None:
    token = tl.program_id(0).to(tl.int64)
    column = tl.program_id(1) * block + tl.arange(0, block)
    inside = column < columns
    start = gate_up + token * 2 * columns + column
    gate = tl.load(start, mask=inside, other=0).to(tl.float32)
    up = tl.load(start + columns, mask=inside, other=0).to(tl.float32)
    result = gate * tl.sigmoid(gate) * up
    tl.store(out + token * columns + column, result.to(out.dtype.element_ty), mask=inside)


@triton.jit
def _norm_kernel(
    x: tl.tensor,  # (tokens, columns)
    norm: tl.tensor,  # (columns,)
    out: tl.tensor,  # (tokens, columns)
    columns: tl.constexpr,
    epsilon: tl.float32,
    block: tl.constexpr,  # at least columns
) -> None:
    token = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, block)
    inside = column < columns
    values = tl.load(x + token * columns + column, mask=inside, other=0).to(tl.float32)
    scale = tl.rsqrt(tl.sum(values * values) / columns + epsilon)
    result = values * scale * tl.load(norm + column, mask=inside, other=0).to(tl.float32)
    tl.store(out + token * columns + column, result.to(out.dtype.element_ty), mask=inside)


def vector_product(
    x: torch.Tensor, weight: torch.Tensor | EightBits, around: Around, tuning: Tuning | None = None
) -> torch.Tensor:
    """x (1, columns) times weight (rows, columns): (1, rows), or half as many when gated."""
    columns = x.shape[1]
    scales = weight.scale if isinstance(weight, EightBits) else x
    numbers = weight.numbers if isinstance(weight, EightBits) else weight
    rows = len(numbers) // 2 if around.gated else len(numbers)
    block_rows, block_columns, warps = tuning or _tuning(rows, columns)
    out = x.new_empty((1, rows))
    _product_kernel[(triton.cdiv(rows, block_rows),)](
        x,
        x if around.norm is None else around.norm,
        numbers,
        x if around.bias is None else around.bias,
        x if around.residual is None else around.residual,
        scales,
        out,
        rows,
        around.epsilon,
        columns=columns,
        block_rows=block_rows,
        block_columns=min(block_columns, triton.next_power_of_2(columns)),
        has_norm=around.norm is not None,
        has_bias=around.bias is not None,
        has_residual=around.residual is not None,
        has_scales=isinstance(weight, EightBits),
        gated=around.gated,
        early=around.early,
        num_warps=warps,
        **({"launch_pdl": True} if around.early else {}),
    )
    return out


def _tuning(rows: int, columns: int) -> Tuning:
    """The fastest of 19 on an H200 (docs/performance.md). Pieces of 512 divide most shapes; few
    rows are cut so that all programs run at the same time.
    """
    if columns > 8192:
        return 4, 2048, 8
    return (4, 512, 4) if rows <= 4224 else (8, 512, 4)


def gate(gate_up: torch.Tensor) -> torch.Tensor:
    """silu of the first half times the second: (tokens, 2 * n) to (tokens, n)."""
    tokens, columns = len(gate_up), gate_up.shape[1] // 2
    out = gate_up.new_empty((tokens, columns))
    block = 2048
    _gate_kernel[(tokens, triton.cdiv(columns, block))](
        gate_up, out, columns=columns, block=block, num_warps=4
    )
    return out


def rms_norm(x: torch.Tensor, norm: torch.Tensor, epsilon: float) -> torch.Tensor:
    """(tokens, columns), each row scaled to a mean square of 1 and then by `norm`."""
    out = torch.empty_like(x)
    block = triton.next_power_of_2(x.shape[1])
    _norm_kernel[(len(x),)](
        x, norm, out, epsilon=epsilon, columns=x.shape[1], block=block, num_warps=4
    )
    return out
