"""The product of a vector with weights in four bits, in Triton.

A number n of four bits becomes 1 + n / 16 when its bits are put below the exponent of a one: that
takes a shift and a mask, and no conversion.
"""

# A kernel takes every pointer and size by itself, and is one piece.
# ruff: noqa: C901, PLR0912, PLR0913, PLR0915

import torch
import triton
import triton.language as tl

from engine.decoder.kernels_products import Around, Tuning
from engine.decoder.matrix import FourBits


@triton.jit
def sixteenths(words: tl.tensor, number: tl.constexpr) -> tl.tensor:
    """1 + n / 16 of one of the eight numbers of each word, float32."""
    placed = words << 19 - 4 * number if number < 5 else words >> 4 * number - 19
    bits = tl.inline_asm_elementwise(
        "lop3.b32 $0, $1, 0x780000, 0x3F800000, 0xEA;", "=r,r", [placed], tl.int32, True, 1
    )
    return bits.to(tl.float32, bitcast=True)


@triton.jit
def _quads(values: tl.tensor, quads: tl.constexpr) -> tl.tensor:
    """(rows, words) to sums of four words, which lie in one thread: (rows, quads)."""
    return tl.sum(tl.reshape(values, (values.shape[0], quads, 4)), axis=2)


@triton.jit
def _vector_kernel(
    x: tl.tensor,  # (columns,)
    norm: tl.tensor,  # (columns,): x is RMS-normed by it on the way
    words: tl.tensor,  # (rows, columns / 8), or (2 * rows, …) when gated
    zeros: tl.tensor,  # (rows, groups), likewise
    scales: tl.tensor,  # (rows, groups), likewise
    bias: tl.tensor,  # (rows,)
    residual: tl.tensor,  # (rows,)
    out: tl.tensor,  # (rows,)
    rows: tl.int32,
    epsilon: tl.float32,
    columns: tl.constexpr,
    group: tl.constexpr,
    block_rows: tl.constexpr,
    quads: tl.constexpr,  # of words, in a piece
    has_norm: tl.constexpr,
    has_bias: tl.constexpr,
    has_residual: tl.constexpr,
    gated: tl.constexpr,
    early: tl.constexpr,
) -> None:
    row = tl.program_id(0) * block_rows + tl.arange(0, block_rows)
    inside = (row < rows)[:, None]
    word = tl.arange(0, 4 * quads)
    width: tl.constexpr = columns // 8
    groups: tl.constexpr = columns // group
    start = words + row.to(tl.int64)[:, None] * width
    upper = rows.to(tl.int64) * width
    total = tl.zeros((block_rows, quads), tl.float32)
    total_up = tl.zeros((block_rows, quads), tl.float32)
    squares = tl.zeros((4 * quads,), tl.float32)
    # The weights do not depend on the kernel before: the first piece is fetched while it ends,
    # and each further piece while the one before it is used.
    both = inside & (word < width)[None, :]
    piece = tl.load(start + word[None, :], mask=both, other=0)
    up = piece
    if gated:
        up = tl.load(start + upper + word[None, :], mask=both, other=0)
    if early:
        tl.extra.cuda.gdc_launch_dependents()
        tl.extra.cuda.gdc_wait()
    for first in tl.range(0, width, 4 * quads):
        place = first + word
        column = place // (group // 8) * group + place % (group // 8)
        part = tl.zeros((block_rows, 4 * quads), tl.float32)
        part_up = tl.zeros((block_rows, 4 * quads), tl.float32)
        sums = tl.zeros((4 * quads,), tl.float32)
        for number in tl.static_range(8):
            source = column + number * (group // 8)
            values = tl.load(x + source, mask=place < width, other=0).to(tl.float32)
            if has_norm:
                squares += values * values
                values *= tl.load(norm + source, mask=place < width, other=0).to(tl.float32)
            sums += values
            part += sixteenths(piece, number) * values[None, :]
            if gated:
                part_up += sixteenths(up, number) * values[None, :]
        place += 4 * quads
        both = inside & (place < width)[None, :]
        piece = tl.load(start + place[None, :], mask=both, other=0)
        if gated:
            up = tl.load(start + upper + place[None, :], mask=both, other=0)
        quad = first // 4 + tl.arange(0, quads)
        at = row[:, None] * groups + (quad // (group // 32))[None, :]
        known = inside & (quad < width // 4)[None, :]
        all_sums = _quads(sums[None, :], quads)
        scale = tl.load(scales + at, mask=known, other=0).to(tl.float32)
        zero = tl.load(zeros + at, mask=known, other=0).to(tl.float32)
        total += scale * (16 * _quads(part, quads) - (16 + zero) * all_sums)
        if gated:
            at += rows * groups
            scale = tl.load(scales + at, mask=known, other=0).to(tl.float32)
            zero = tl.load(zeros + at, mask=known, other=0).to(tl.float32)
            total_up += scale * (16 * _quads(part_up, quads) - (16 + zero) * all_sums)
    level = 1.0
    if has_norm:
        level = tl.rsqrt(tl.sum(squares) / columns + epsilon)
    result = tl.sum(total, axis=1) * level
    if gated:
        result = result * tl.sigmoid(result) * (tl.sum(total_up, axis=1) * level)
    if has_bias:
        result += tl.load(bias + row, mask=row < rows, other=0).to(tl.float32)
    if has_residual:
        result += tl.load(residual + row, mask=row < rows, other=0).to(tl.float32)
    tl.store(out + row, result.to(out.dtype.element_ty), mask=row < rows)


def vector_product(
    x: torch.Tensor, weight: FourBits, around: Around, tuning: Tuning | None = None
) -> torch.Tensor:
    """See kernels_products.vector_product."""
    columns = x.shape[1]
    rows = len(weight.words) // 2 if around.gated else len(weight.words)
    block_rows, block_columns, warps = tuning or _tuning(rows, around)
    out = x.new_empty((1, rows))
    _vector_kernel[(triton.cdiv(rows, block_rows),)](
        x,
        x if around.norm is None else around.norm,
        weight.words,
        weight.zeros,
        weight.scales,
        x if around.bias is None else around.bias,
        x if around.residual is None else around.residual,
        out,
        rows,
        around.epsilon,
        columns=columns,
        group=columns // weight.zeros.shape[1],
        block_rows=block_rows,
        quads=block_columns // 32,
        has_norm=around.norm is not None,
        has_bias=around.bias is not None,
        has_residual=around.residual is not None,
        gated=around.gated,
        early=around.early,
        num_warps=warps,
        **({"launch_pdl": True} if around.early else {}),
    )
    return out


def _tuning(rows: int, around: Around) -> Tuning:
    """The fastest of 15 on an H200 (docs/performance.md). Few rows make few programs, which then
    need many warps; what is normed is worth doing for many rows at once.
    """
    if rows > 16_384:
        return 32, 512, 4
    return (16 if around.norm is None else 64), 2048, 16
