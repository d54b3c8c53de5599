"""The product of some rows with weights in four bits, in Triton, and such weights in sixteen.

The weights become sixteen bits on the way to the tensor cores. Few rows make few programs: the
inputs are then cut into parts, whose sums are joined by a second kernel.
"""

# A kernel takes every pointer and size by itself, and is one piece.
# ruff: noqa: PLR0913

import torch
import triton
import triton.language as tl

from engine.decoder.kernels_four import sixteenths
from engine.decoder.matrix import FourBits

_BLOCK_ROWS = 64  # of weights, in a program
_WARPS, _STAGES = 4, 3
_PROGRAMS = 512  # that fill an H200 four times


@triton.jit
def _whole(
    words: tl.tensor,  # (rows, columns / 8)
    zeros: tl.tensor,  # (rows, groups)
    scales: tl.tensor,
    row: tl.tensor,
    inside: tl.tensor,
    number: tl.tensor,  # of the group
    columns: tl.constexpr,
    group: tl.constexpr,
) -> tl.tensor:
    """The weights of some rows in one group: (rows, group) float32."""
    word = number * (group // 8) + tl.arange(0, group // 8)
    start = row.to(tl.int64)[:, None] * (columns // 8)
    piece = tl.load(words + start + word[None, :], mask=inside[:, None], other=0)
    at = row * (columns // group) + number
    scale = tl.load(scales + at, mask=inside, other=0).to(tl.float32)
    zero = tl.load(zeros + at, mask=inside, other=0).to(tl.float32)
    sixteen = (16 * scale)[:, None]
    less = ((16 + zero) * scale)[:, None]
    # Joined so that the halves, quarters and eighths of the group come in order.
    even = tl.join(
        tl.join(sixteenths(piece, 0) * sixteen - less, sixteenths(piece, 4) * sixteen - less),
        tl.join(sixteenths(piece, 2) * sixteen - less, sixteenths(piece, 6) * sixteen - less),
    )
    odd = tl.join(
        tl.join(sixteenths(piece, 1) * sixteen - less, sixteenths(piece, 5) * sixteen - less),
        tl.join(sixteenths(piece, 3) * sixteen - less, sixteenths(piece, 7) * sixteen - less),
    )
    return tl.reshape(tl.permute(tl.join(even, odd), (0, 2, 3, 4, 1)), (row.shape[0], group))


@triton.jit
def _rows_kernel(
    x: tl.tensor,  # (tokens, columns)
    words: tl.tensor,  # (rows, columns / 8)
    zeros: tl.tensor,  # (rows, groups)
    scales: tl.tensor,  # (rows, groups)
    parts: tl.tensor,  # (parts, tokens, rows) float32: each of a share of the groups
    tokens: tl.int32,
    rows: tl.int32,
    share: tl.int32,  # groups of a part
    columns: tl.constexpr,
    group: tl.constexpr,
    block_tokens: tl.constexpr,
    block_rows: tl.constexpr,
) -> None:
    row = tl.program_id(0) * block_rows + tl.arange(0, block_rows)
    token = tl.program_id(1) * block_tokens + tl.arange(0, block_tokens)
    part = tl.program_id(2)
    total = tl.zeros((block_rows, block_tokens), tl.float32)
    end = tl.minimum((part + 1) * share, columns // group)
    for number in tl.range(part * share, end):
        column = number * group + tl.arange(0, group)
        values = tl.load(
            x + token.to(tl.int64)[:, None] * columns + column[None, :],
            mask=(token < tokens)[:, None],
            other=0,
        )
        weights = _whole(words, zeros, scales, row, row < rows, number, columns, group)
        total = tl.dot(weights.to(values.dtype), tl.trans(values), total)
    place = (part.to(tl.int64) * tokens + token)[None, :] * rows + row[:, None]
    tl.store(parts + place, total, mask=(row < rows)[:, None] & (token < tokens)[None, :])


@triton.jit
def _join_kernel(
    parts: tl.tensor,  # (parts, tokens, rows) float32
    bias: tl.tensor,  # (rows,)
    residual: tl.tensor,  # (tokens, rows)
    out: tl.tensor,  # (tokens, rows)
    rows: tl.int32,
    count: tl.constexpr,  # of parts
    block: tl.constexpr,
    has_bias: tl.constexpr,
    has_residual: tl.constexpr,
) -> None:
    token = tl.program_id(0).to(tl.int64)
    row = tl.program_id(1) * block + tl.arange(0, block)
    inside = row < rows
    total = tl.zeros((block,), tl.float32)
    for part in tl.static_range(count):
        start = parts + (part * tl.num_programs(0) + token) * rows
        total += tl.load(start + row, mask=inside, other=0)
    if has_bias:
        total += tl.load(bias + row, mask=inside, other=0).to(tl.float32)
    if has_residual:
        total += tl.load(residual + token * rows + row, mask=inside, other=0).to(tl.float32)
    tl.store(out + token * rows + row, total.to(out.dtype.element_ty), mask=inside)


@triton.jit
def _dense_kernel(
    words: tl.tensor,  # (rows, columns / 8)
    zeros: tl.tensor,  # (rows, groups)
    scales: tl.tensor,  # (rows, groups)
    out: tl.tensor,  # (rows, columns)
    rows: tl.int32,
    columns: tl.constexpr,
    group: tl.constexpr,
    block_rows: tl.constexpr,
) -> None:
    row = tl.program_id(0) * block_rows + tl.arange(0, block_rows)
    number = tl.program_id(1)
    values = _whole(words, zeros, scales, row, row < rows, number, columns, group)
    column = number * group + tl.arange(0, group)
    target = out + row.to(tl.int64)[:, None] * columns + column[None, :]
    tl.store(target, values.to(out.dtype.element_ty), mask=(row < rows)[:, None])


def rows_product(
    x: torch.Tensor,
    weight: FourBits,
    bias: torch.Tensor | None = None,
    residual: torch.Tensor | None = None,
) -> torch.Tensor:
    """x (tokens, columns) to (tokens, rows), with the bias or the residual added."""
    tokens, columns = x.shape
    rows, groups = weight.zeros.shape
    block_tokens = min(128, max(16, triton.next_power_of_2(tokens)))
    blocks = triton.cdiv(rows, _BLOCK_ROWS) * triton.cdiv(tokens, block_tokens)
    share = triton.cdiv(groups, max(1, min(8, _PROGRAMS // blocks)))
    count = triton.cdiv(groups, share)
    parts = torch.empty((count, tokens, rows), dtype=torch.float32, device=x.device)
    grid = (triton.cdiv(rows, _BLOCK_ROWS), triton.cdiv(tokens, block_tokens), count)
    _rows_kernel[grid](
        x.contiguous(),
        weight.words,
        weight.zeros,
        weight.scales,
        parts,
        tokens,
        rows,
        share,
        columns=columns,
        group=columns // groups,
        block_tokens=block_tokens,
        block_rows=_BLOCK_ROWS,
        num_warps=_WARPS,
        num_stages=_STAGES,
    )
    out = x.new_empty((tokens, rows))
    _join_kernel[(tokens, triton.cdiv(rows, 1024))](
        parts,
        x if bias is None else bias,
        x if residual is None else residual,
        out,
        rows,
        count=count,
        block=1024,
        has_bias=bias is not None,
        has_residual=residual is not None,
        num_warps=4,
    )
    return out


def dense(weight: FourBits) -> torch.Tensor:
    """As weight.dense(), in one pass."""
    rows, groups = weight.zeros.shape
    columns = 8 * weight.words.shape[1]
    out = torch.empty((rows, columns), dtype=weight.dtype, device=weight.words.device)
    _dense_kernel[(triton.cdiv(rows, _BLOCK_ROWS), groups)](
        weight.words,
        weight.zeros,
        weight.scales,
        out,
        rows,
        columns=columns,
        group=columns // groups,
        block_rows=_BLOCK_ROWS,
        num_warps=4,
    )
    return out
