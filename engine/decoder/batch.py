"""From the rows of a step to what the decoder reads on the device."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.batching.plan import Row

TILE = 128  # queries that attend together; a chunk is cut into tiles

Integers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How a packed step is cut into its parts."""

    tokens: int
    rows: int
    chosen: int
    tiles: int


@dataclass(frozen=True, slots=True)
class Span:
    """A row's tokens in the step."""

    begin: int
    count: int
    length: int  # of its context, these tokens included


@dataclass(frozen=True, slots=True)
class Packed:
    """On the host: rows of one token come first, then the chunks."""

    numbers: Integers  # all parts one after the other: a single copy to the device
    sizes: Sizes
    spans: tuple[Span, ...]  # in the order of the packed rows; none in a recorded step
    scored: tuple[int, ...]  # the places among the step's rows of those with a score, in its order
    singles: int


@dataclass(frozen=True, slots=True)
class Batch:
    """On the device; int32."""

    tokens: torch.Tensor  # (tokens,)
    positions: torch.Tensor  # (tokens,)
    slots: torch.Tensor  # (tokens,) where its key and value go; -1: nowhere
    seats: torch.Tensor  # (rows,) their rows in `tables`
    lengths: torch.Tensor  # (rows,) of the contexts, their tokens of this step included
    last: torch.Tensor  # (chosen,) the tokens after which one is chosen
    tiles: torch.Tensor  # (tiles, 4) seat, first token, tokens, position of the first
    tables: torch.Tensor  # (seats, blocks of the longest context)
    spans: tuple[Span, ...]  # empty in a recorded step, which has no chunks
    singles: int


def pack(rows: Sequence[Row], block_tokens: int) -> Packed:
    """A step of any kind."""
    order = sorted(range(len(rows)), key=lambda place: len(rows[place].tokens) > 1)
    ordered = [rows[place] for place in order]
    singles = sum(len(row.tokens) == 1 for row in rows)
    spans = _spans(ordered)
    scored = [place for place in order if rows[place].choice]
    parts = [single_parts(ordered[:singles], block_tokens)]
    parts += [_chunk_parts(row, block_tokens) for row in ordered[singles:]]
    tokens = np.concatenate(parts, axis=1)
    seats = [row.seat for row in ordered]
    lengths = [span.length for span in spans]
    last = [s.begin + s.count - 1 for s, row in zip(spans, ordered, strict=True) if row.choice]
    tiles = _tiles(ordered[singles:], spans[singles:])
    numbers = np.concatenate((tokens.reshape(-1), seats, lengths, last, tiles.reshape(-1)))
    sizes = Sizes(tokens.shape[1], len(rows), len(last), len(tiles))
    return Packed(numbers.astype(np.int32), sizes, tuple(spans), tuple(scored), singles)


def pack_singles(rows: Sequence[Row], block_tokens: int, size: int) -> Packed:
    """A step of one token per row, with a score for each, filled up to `size` rows. A row that
    fills up writes and reads nothing.
    """
    numbers = np.zeros((6, size), np.int32)
    numbers[2] = -1
    numbers[:3, : len(rows)] = single_parts(rows, block_tokens)
    numbers[3, : len(rows)] = [row.seat for row in rows]
    numbers[4, : len(rows)] = numbers[1, : len(rows)] + 1
    numbers[5] = np.arange(size)
    sizes = Sizes(size, size, size, 0)
    return Packed(numbers.reshape(-1), sizes, (), tuple(range(len(rows))), size)


def unpack(
    numbers: torch.Tensor, sizes: Sizes, tables: torch.Tensor, spans: tuple[Span, ...], singles: int
) -> Batch:
    """Views of `numbers`, the packed ones on the device."""
    cuts = [sizes.tokens] * 3 + [sizes.rows] * 2 + [sizes.chosen, 4 * sizes.tiles]
    tokens, positions, slots, seats, lengths, last, tiles = torch.split(numbers, cuts)
    return Batch(
        tokens, positions, slots, seats, lengths, last, tiles.view(-1, 4), tables, spans, singles
    )


def single_parts(rows: Sequence[Row], block_tokens: int) -> Integers:
    """(3, rows): tokens, positions, slots."""
    starts = np.array([row.start for row in rows], np.int32)
    blocks = np.array([row.blocks[row.start // block_tokens] for row in rows], np.int32)
    tokens = np.array([row.tokens[0] for row in rows], np.int32)
    return np.stack((tokens, starts, blocks * block_tokens + starts % block_tokens))


def _chunk_parts(row: Row, block_tokens: int) -> Integers:
    """(3, tokens): tokens, positions, slots."""
    positions = np.arange(row.start, row.start + len(row.tokens), dtype=np.int32)
    blocks = np.asarray(row.blocks, np.int32)[positions // block_tokens]
    slots = blocks * block_tokens + positions % block_tokens
    return np.stack((np.asarray(row.tokens, np.int32), positions, slots))


def _spans(rows: Sequence[Row]) -> list[Span]:
    spans, begin = [], 0
    for row in rows:
        count = len(row.tokens)
        spans.append(Span(begin, count, row.start + count))
        begin += count
    return spans


def _tiles(rows: Sequence[Row], spans: Sequence[Span]) -> Integers:
    found = [
        (row.seat, span.begin + first, min(TILE, span.count - first), row.start + first)
        for row, span in zip(rows, spans, strict=True)
        for first in range(0, span.count, TILE)
    ]
    return np.array(found, np.int32).reshape(-1, 4)
