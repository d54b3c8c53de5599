"""Triton kernels that choose tokens: the likeliest, or one drawn from what top-p and others leave.

Nothing is sorted: sorting 150,000 logits takes longer than a layer. The smallest set of tokens
that reaches top-p is all tokens above some logit, and that logit is found by bisection.
"""

# A kernel takes every pointer and size by itself, and is one piece.
# ruff: noqa: PLR0913, PLR0915

import torch
import triton
import triton.language as tl

_PIECE = 4096  # logits at once


@triton.jit
def _best_of_pieces(
    logits: tl.tensor,  # (rows, vocabulary)
    found: tl.tensor,  # (3, rows, pieces) float32: highest logit, its token, sum of exponentials
    vocabulary: tl.constexpr,
    pieces: tl.constexpr,
    piece: tl.constexpr,
) -> None:
    row = tl.program_id(0).to(tl.int64)
    number = tl.program_id(1)
    token = number * piece + tl.arange(0, piece)
    values = tl.load(
        logits + row * vocabulary + token, mask=token < vocabulary, other=float("-inf")
    ).to(tl.float32)
    highest = tl.max(values, axis=0)
    best = number * piece + tl.argmax(values, axis=0)
    total = tl.sum(tl.exp(values - highest), axis=0)
    target = found + row * pieces + number
    plane = tl.num_programs(0).to(tl.int64) * pieces
    tl.store(target, highest)
    tl.store(target + plane, best.to(tl.float32))  # exact: a vocabulary has less than 2**24 tokens
    tl.store(target + 2 * plane, total)


@triton.jit
def _best_of_all(
    found: tl.tensor,  # (3, rows, pieces) float32
    out: tl.tensor,  # (2, rows) float64
    pieces: tl.constexpr,
    block: tl.constexpr,  # at least pieces
) -> None:
    row = tl.program_id(0).to(tl.int64)
    plane = tl.num_programs(0).to(tl.int64) * pieces
    number = tl.arange(0, block)
    source = found + row * pieces + number
    inside = number < pieces
    highs = tl.load(source, mask=inside, other=float("-inf"))
    tokens = tl.load(source + plane, mask=inside, other=0)
    totals = tl.load(source + 2 * plane, mask=inside, other=0)
    highest = tl.max(highs, axis=0)
    total = tl.sum(totals * tl.exp(highs - highest), axis=0)
    first = tl.argmax(highs, axis=0)
    token = tl.sum(tl.where(number == first, tokens, 0.0), axis=0)
    tl.store(out + row, token.to(tl.float64))
    tl.store(out + tl.num_programs(0) + row, -tl.log(total).to(tl.float64))


@triton.jit
def _draw(
    logits: tl.tensor,  # (rows, vocabulary), contiguous
    limits: tl.tensor,  # (4, rows): temperature, top-p, top-k, min-p, as sampler.limits has them
    seeds: tl.tensor,  # (rows,) int32
    out: tl.tensor,  # (rows,) int64
    vocabulary: tl.constexpr,
    piece: tl.constexpr,
    halvings: tl.constexpr,
) -> None:
    row = tl.program_id(0).to(tl.int64)
    rows = tl.num_programs(0)
    temperature = tl.load(limits + row)
    heat = 1.0 / tl.maximum(temperature, 1e-6)
    top_p = tl.load(limits + rows + row)
    top_k = tl.load(limits + 2 * rows + row)
    min_p = tl.load(limits + 3 * rows + row)
    seed = tl.load(seeds + row)
    number = tl.arange(0, piece)
    source = logits + row * vocabulary + number
    highs = tl.full((piece,), float("-inf"), tl.float32)
    for first in tl.range(0, vocabulary, piece):
        inside = first + number < vocabulary
        values = tl.load(source + first, mask=inside, other=float("-inf")).to(tl.float32)
        highs = tl.maximum(highs, values)
    highest = tl.max(highs, axis=0)
    masses = tl.zeros((piece,), tl.float32)
    for first in tl.range(0, vocabulary, piece):
        inside = first + number < vocabulary
        values = tl.load(source + first, mask=inside, other=float("-inf")).to(tl.float32)
        masses += tl.exp((values - highest) * heat)
    aim = tl.sum(masses, axis=0) * top_p
    # Tokens down to `far` below the highest reach top-p or top-k; those down to `near` do not.
    near = 0.0
    far = 64.0
    if (top_p <= 1.0) | (top_k < vocabulary):
        for _ in tl.range(0, halvings):
            middle = (near + far) * 0.5
            masses = tl.zeros((piece,), tl.float32)
            counts = tl.zeros((piece,), tl.float32)
            for first in tl.range(0, vocabulary, piece):
                inside = first + number < vocabulary
                values = tl.load(source + first, mask=inside, other=float("-inf")).to(tl.float32)
                below = (highest - values) * heat
                masses += tl.where(below <= middle, tl.exp(-below), 0.0)
                counts += tl.where(below <= middle, 1.0, 0.0)
            reached = (tl.sum(masses, axis=0) >= aim) | (tl.sum(counts, axis=0) >= top_k)
            far = tl.where(reached, middle, far)
            near = tl.where(reached, near, middle)
    far = tl.minimum(far, -tl.log(tl.maximum(min_p, 1e-30)))
    # The highest of the logits, each with Gumbel noise, is a draw from their softmax.
    highs = tl.full((piece,), float("-inf"), tl.float32)
    tokens = tl.zeros((piece,), tl.int32)
    for first in tl.range(0, vocabulary, piece):
        inside = first + number < vocabulary
        values = tl.load(source + first, mask=inside, other=float("-inf")).to(tl.float32)
        below = (highest - values) * heat
        noise = -tl.log(-tl.log(tl.maximum(tl.rand(seed, first + number), 1e-10)))
        noise = tl.where(temperature > 0, noise, 0.0)
        noisy = tl.where(below <= far, noise - below, float("-inf"))
        tokens = tl.where(noisy > highs, first + number, tokens)
        highs = tl.maximum(highs, noisy)
    place = tl.argmax(highs, axis=0)
    tl.store(out + row, tl.sum(tl.where(number == place, tokens, 0), axis=0).to(tl.int64))


def likeliest(logits: torch.Tensor) -> torch.Tensor:
    """See decoder.Likeliest."""
    rows, vocabulary = logits.shape
    pieces = triton.cdiv(vocabulary, _PIECE)
    found = torch.empty((3, rows, pieces), dtype=torch.float32, device=logits.device)
    out = torch.empty((2, rows), dtype=torch.float64, device=logits.device)
    if rows:
        _best_of_pieces[(rows, pieces)](
            logits, found, vocabulary=vocabulary, pieces=pieces, piece=_PIECE
        )
        _best_of_all[(rows,)](found, out, pieces=pieces, block=triton.next_power_of_2(pieces))
    return out


def draw(logits: torch.Tensor, limits: torch.Tensor, seeds: torch.Tensor) -> torch.Tensor:
    """See sampler.Drawer."""
    out = torch.empty(len(logits), dtype=torch.int64, device=logits.device)
    _draw[(len(logits),)](
        logits,
        limits,
        seeds,
        out,
        vocabulary=logits.shape[1],
        piece=2 * _PIECE,
        halvings=24,
        num_warps=16,
    )
    return out
