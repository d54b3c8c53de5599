"""Triton kernels of paged attention: rotate and store, one token per row, chunks of prompts.

The softmax is computed in one pass with a running maximum (Milakov, Gimelshein 2018; Dao 2022);
a decode step cuts each context into parts that are joined afterwards (Flash-Decoding, Dao 2023).
"""

# A kernel takes every pointer and size by itself, and is one piece.
# ruff: noqa: PLR0913, PLR0915

import triton
import triton.language as tl

# NOTE: these lie anywhere in a packed step. Without this, each new alignment is compiled anew,
# for half a second, while somebody waits.
_ANYWHERE = ["positions", "slots", "seats", "lengths", "tiles"]


@triton.jit(do_not_specialize_on_alignment=_ANYWHERE)
def rotate_and_store(
    qkv: tl.tensor,  # (tokens, (heads + 2 kv_heads) * 2 half); queries are rotated in place
    rope: tl.tensor,  # (positions, 2 half) float32: cosines, sines
    query_norm: tl.tensor,  # (2 half,)
    key_norm: tl.tensor,
    keys: tl.tensor,  # (blocks, kv_heads, block_tokens, 2 half)
    values: tl.tensor,
    positions: tl.tensor,  # (tokens,)
    slots: tl.tensor,  # (tokens,)
    epsilon: tl.float32,
    heads: tl.constexpr,
    kv_heads: tl.constexpr,
    half: tl.constexpr,
    block_tokens: tl.constexpr,
    block_heads: tl.constexpr,  # at least heads + 2 kv_heads
    normed: tl.constexpr,
    early: tl.constexpr,
) -> None:
    token = tl.program_id(0).to(tl.int64)
    head = tl.arange(0, block_heads)[:, None]
    place = tl.arange(0, half)[None, :]
    inside = (head < heads + 2 * kv_heads) & (place < half)
    start = qkv + (token * (heads + 2 * kv_heads) + head) * 2 * half + place
    position = tl.load(positions + token).to(tl.int64)
    slot = tl.load(slots + token).to(tl.int64)
    if early:
        tl.extra.cuda.gdc_launch_dependents()
        tl.extra.cuda.gdc_wait()
    real = tl.load(start, mask=inside, other=0).to(tl.float32)
    imaginary = tl.load(start + half, mask=inside, other=0).to(tl.float32)
    is_query = head < heads
    is_key = (head >= heads) & (head < heads + kv_heads)
    if normed:
        mean = (tl.sum(real * real, axis=1) + tl.sum(imaginary * imaginary, axis=1)) / (2 * half)
        scale = tl.rsqrt(mean + epsilon)[:, None]
        scale_real = tl.where(is_query, tl.load(query_norm + place), tl.load(key_norm + place))
        scale_imaginary = tl.where(
            is_query, tl.load(query_norm + half + place), tl.load(key_norm + half + place)
        )
        turning = is_query | is_key
        real = tl.where(turning, real * scale * scale_real.to(tl.float32), real)
        imaginary = tl.where(turning, imaginary * scale * scale_imaginary.to(tl.float32), imaginary)
    cosine = tl.load(rope + position * 2 * half + place)
    sine = tl.load(rope + position * 2 * half + half + place)
    turned_real = (real * cosine - imaginary * sine).to(qkv.dtype.element_ty)
    turned_imaginary = (imaginary * cosine + real * sine).to(qkv.dtype.element_ty)
    tl.store(start, turned_real, mask=is_query)
    tl.store(start + half, turned_imaginary, mask=is_query)
    block = slot // block_tokens
    within = slot % block_tokens
    kv_head = tl.where(is_key, head - heads, head - heads - kv_heads)
    target = ((block * kv_heads + kv_head) * block_tokens + within) * 2 * half + place
    key_goes = is_key & (slot >= 0)
    tl.store(keys + target, turned_real, mask=key_goes)
    tl.store(keys + target + half, turned_imaginary, mask=key_goes)
    value_goes = (head >= heads + kv_heads) & inside & (slot >= 0)
    tl.store(values + target, real.to(values.dtype.element_ty), mask=value_goes)
    tl.store(values + target + half, imaginary.to(values.dtype.element_ty), mask=value_goes)


@triton.jit(do_not_specialize_on_alignment=_ANYWHERE)
def attend_single(
    qkv: tl.tensor,  # (rows, qkv_width): the queries of one token per row come first
    keys: tl.tensor,  # (blocks, kv_heads, block_tokens, dim)
    values: tl.tensor,
    tables: tl.tensor,  # (seats, table_width)
    seats: tl.tensor,  # (rows,)
    lengths: tl.tensor,  # (rows,)
    parts: tl.tensor,  # (rows, heads, splits, dim) float32, or (rows, heads * dim) when splits is 1
    weights: tl.tensor,  # (rows, heads, splits) float32: log2 of each part's sum
    scale: tl.float32,  # of the scores, times log2(e)
    table_width: tl.int32,
    qkv_width: tl.constexpr,
    group: tl.constexpr,  # query heads per kv head
    block_group: tl.constexpr,  # at least group and 16
    dim: tl.constexpr,
    block_tokens: tl.constexpr,
    splits: tl.constexpr,
    block_keys: tl.constexpr,
    early: tl.constexpr,
) -> None:
    row = tl.program_id(0)
    kv_head = tl.program_id(1)
    split = tl.program_id(2)
    kv_heads = tl.num_programs(1)
    member = tl.arange(0, block_group)
    place = tl.arange(0, dim)
    real = member < group
    head = kv_head * group + member
    length = tl.load(lengths + row)
    table = tables + tl.load(seats + row).to(tl.int64) * table_width
    share = tl.cdiv(tl.cdiv(length, splits), block_keys) * block_keys
    first = split * share
    end = tl.minimum(first + share, length)
    if early:
        tl.extra.cuda.gdc_launch_dependents()
        tl.extra.cuda.gdc_wait()
    query = tl.load(
        qkv + row.to(tl.int64) * qkv_width + head[:, None] * dim + place[None, :],
        mask=real[:, None],
        other=0,
    )
    highest = tl.full((block_group,), -1e30, tl.float32)
    total = tl.zeros((block_group,), tl.float32)
    mixed = tl.zeros((block_group, dim), tl.float32)
    for begin in tl.range(first, end, block_keys):
        position = begin + tl.arange(0, block_keys)
        there = position < end
        block = tl.load(table + position // block_tokens, mask=there, other=0).to(tl.int64)
        start = (block * kv_heads + kv_head) * block_tokens + position % block_tokens
        source = start[:, None] * dim + place[None, :]
        key = tl.load(keys + source, mask=there[:, None], other=0)
        value = tl.load(values + source, mask=there[:, None], other=0)
        scores = tl.dot(query, tl.trans(key), input_precision="ieee") * scale
        scores = tl.where(there[None, :], scores, -1e30)
        higher = tl.maximum(highest, tl.max(scores, axis=1))
        fading = tl.exp2(highest - higher)
        chances = tl.exp2(scores - higher[:, None])
        chances = tl.where(there[None, :], chances, 0.0)
        total = total * fading + tl.sum(chances, axis=1)
        weighed = tl.dot(chances.to(value.dtype), value, input_precision="ieee")
        mixed = mixed * fading[:, None] + weighed
        highest = higher
    mixed = mixed / tl.maximum(total, 1e-30)[:, None]
    heads = kv_heads * group
    if splits == 1:
        target = (row.to(tl.int64) * heads + head[:, None]) * dim + place[None, :]
        tl.store(parts + target, mixed.to(parts.dtype.element_ty), mask=real[:, None])
    else:
        part = (row.to(tl.int64) * heads + head) * splits + split
        tl.store(parts + part[:, None] * dim + place[None, :], mixed, mask=real[:, None])
        tl.store(weights + part, highest + tl.log2(tl.maximum(total, 1e-30)), mask=real)


@triton.jit
def join_parts(
    parts: tl.tensor,  # (rows, heads, splits, dim) float32
    weights: tl.tensor,  # (rows, heads, splits)
    out: tl.tensor,  # (rows, heads * dim)
    dim: tl.constexpr,
    splits: tl.constexpr,
    early: tl.constexpr,
) -> None:
    head = tl.program_id(0).to(tl.int64)  # of all rows
    split = tl.arange(0, splits)
    place = tl.arange(0, dim)
    if early:
        tl.extra.cuda.gdc_launch_dependents()
        tl.extra.cuda.gdc_wait()
    weight = tl.load(weights + head * splits + split)
    weight = tl.exp2(weight - tl.max(weight, axis=0))
    part = tl.load(parts + (head * splits + split[:, None]) * dim + place[None, :])
    mixed = tl.sum(part * weight[:, None], axis=0) / tl.sum(weight, axis=0)
    tl.store(out + head * dim + place, mixed.to(out.dtype.element_ty))


@triton.jit(do_not_specialize_on_alignment=_ANYWHERE)
def attend_tiles(
    qkv: tl.tensor,  # (tokens, qkv_width)
    keys: tl.tensor,  # (blocks, kv_heads, block_tokens, dim)
    values: tl.tensor,
    tables: tl.tensor,  # (seats, table_width)
    tiles: tl.tensor,  # (tiles, 4): seat, first token, tokens, position of the first
    out: tl.tensor,  # (tokens, heads * dim)
    scale: tl.float32,  # of the scores, times log2(e)
    table_width: tl.int32,
    qkv_width: tl.constexpr,
    kv_heads: tl.constexpr,
    group: tl.constexpr,
    dim: tl.constexpr,
    block_tokens: tl.constexpr,
    block_queries: tl.constexpr,  # the most tokens of a tile
    block_keys: tl.constexpr,
) -> None:
    tile = tiles + tl.program_id(0) * 4
    head = tl.program_id(1)
    table = tables + tl.load(tile).to(tl.int64) * table_width
    first_token = tl.load(tile + 1).to(tl.int64)
    count = tl.load(tile + 2)
    first_position = tl.load(tile + 3)
    number = tl.arange(0, block_queries)
    place = tl.arange(0, dim)
    real = number < count
    token = first_token + number
    query = tl.load(
        qkv + token[:, None] * qkv_width + head * dim + place[None, :],
        mask=real[:, None],
        other=0,
    )
    highest = tl.full((block_queries,), -1e30, tl.float32)
    total = tl.zeros((block_queries,), tl.float32)
    mixed = tl.zeros((block_queries, dim), tl.float32)
    for begin in tl.range(0, first_position + count, block_keys):
        position = begin + tl.arange(0, block_keys)
        there = position < first_position + count
        block = tl.load(table + position // block_tokens, mask=there, other=0).to(tl.int64)
        start = (block * kv_heads + head // group) * block_tokens + position % block_tokens
        source = start[:, None] * dim + place[None, :]
        key = tl.load(keys + source, mask=there[:, None], other=0)
        value = tl.load(values + source, mask=there[:, None], other=0)
        scores = tl.dot(query, tl.trans(key), input_precision="ieee") * scale
        seen = position[None, :] <= first_position + number[:, None]
        scores = tl.where(seen & there[None, :], scores, -1e30)
        higher = tl.maximum(highest, tl.max(scores, axis=1))
        fading = tl.exp2(highest - higher)
        chances = tl.exp2(scores - higher[:, None])
        total = total * fading + tl.sum(chances, axis=1)
        weighed = tl.dot(chances.to(value.dtype), value, input_precision="ieee")
        mixed = mixed * fading[:, None] + weighed
        highest = higher
    mixed = mixed / total[:, None]
    heads = kv_heads * group
    target = (token[:, None] * heads + head) * dim + place[None, :]
    tl.store(out + target, mixed.to(out.dtype.element_ty), mask=real[:, None])
