"""The paged cache of keys and values: blocks of positions. Who holds which is not known here."""

from dataclasses import dataclass

import torch

from engine.decoder.group import Group
from engine.decoder.shape import Shape
from engine.devices import Place

BLOCK_TOKENS = 32


@dataclass(frozen=True, slots=True)
class Pages:
    """One layer's. A slot is block * block_tokens + position in the block."""

    keys: torch.Tensor  # (blocks, kv_heads, block_tokens, head_dim)
    values: torch.Tensor


def empty_cache(shape: Shape, group: Group, place: Place, blocks: int) -> tuple[Pages, ...]:
    """Zeros, one for each layer."""
    size = (blocks, shape.kv_heads // group.ranks, BLOCK_TOKENS, shape.head_dim)

    def zeros() -> torch.Tensor:
        # NOTE: not empty, which may hold NaN; a masked position weighs 0, and 0 * NaN is NaN.
        return torch.zeros(size, device=place.device, dtype=place.dtype)

    return tuple(Pages(zeros(), zeros()) for _ in range(shape.layers))


def blocks_that_fit(shape: Shape, group: Group, place: Place, free: int) -> int:
    """How many blocks `free` bytes hold."""
    token = shape.kv_bytes(place.dtype.itemsize) // group.ranks
    return free // (token * BLOCK_TOKENS)
