"""The product of some rows with weights in eight bits, in Triton.

The weights are read as they lie and become sixteen bits on the way to the tensor cores: half the
memory is read, which is what a step of few rows waits for.
"""

# A kernel takes every pointer and size by itself, and is one piece.
# ruff: noqa: PLR0913

import torch
import triton
import triton.language as tl

from engine.decoder.matrix import EightBits


@triton.jit
def _rows_kernel(
    x: tl.tensor,  # (tokens, columns)
    numbers: tl.tensor,  # (rows, columns) int8
    scales: tl.tensor,  # (rows,)
    bias: tl.tensor,  # (rows,)
    residual: tl.tensor,  # (tokens, rows)
    out: tl.tensor,  # (tokens, rows)
    tokens: tl.int32,
    rows: tl.int32,
    columns: tl.constexpr,
    block_tokens: tl.constexpr,
    block_rows: tl.constexpr,
    block_columns: tl.constexpr,
    has_bias: tl.constexpr,
    has_residual: tl.constexpr,
) -> None:
    row = tl.program_id(0) * block_rows + tl.arange(0, block_rows)
    token = tl.program_id(1) * block_tokens + tl.arange(0, block_tokens)
    total = tl.zeros((block_tokens, block_rows), tl.float32)
    for first in tl.range(0, columns, block_columns):
        column = first + tl.arange(0, block_columns)
        there = column < columns
        values = tl.load(
            x + token[:, None] * columns + column[None, :],
            mask=(token < tokens)[:, None] & there[None, :],
            other=0,
        )
        piece = tl.load(
            numbers + row[None, :].to(tl.int64) * columns + column[:, None],
            mask=(row < rows)[None, :] & there[:, None],
            other=0,
        )
        total = tl.dot(values, piece.to(values.dtype), total)
    total *= tl.load(scales + row, mask=row < rows, other=0).to(tl.float32)[None, :]
    if has_bias:
        total += tl.load(bias + row, mask=row < rows, other=0).to(tl.float32)[None, :]
    inside = (token < tokens)[:, None] & (row < rows)[None, :]
    place = token[:, None].to(tl.int64) * rows + row[None, :]
    if has_residual:
        total += tl.load(residual + place, mask=inside, other=0).to(tl.float32)
    tl.store(out + place, total.to(out.dtype.element_ty), mask=inside)


def rows_product(
    x: torch.Tensor,
    weight: EightBits,
    bias: torch.Tensor | None = None,
    residual: torch.Tensor | None = None,
) -> torch.Tensor:
    """x (tokens, columns) to (tokens, rows), with the bias or the residual added."""
    tokens, columns = x.shape
    rows = len(weight.numbers)
    block_tokens = min(64, max(16, triton.next_power_of_2(tokens)))
    block_rows = 64 if rows > 16_384 else 32  # so that there are programs for every processor
    out = x.new_empty((tokens, rows))
    grid = (triton.cdiv(rows, block_rows), triton.cdiv(tokens, block_tokens))
    _rows_kernel[grid](
        x.contiguous(),
        weight.numbers,
        weight.scale,
        x if bias is None else bias,
        x if residual is None else residual,
        out,
        tokens,
        rows,
        columns=columns,
        block_tokens=block_tokens,
        block_rows=block_rows,
        block_columns=128,
        has_bias=bias is not None,
        has_residual=residual is not None,
        num_warps=4,
        num_stages=4,
    )
    return out
