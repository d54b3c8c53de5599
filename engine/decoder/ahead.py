"""A step that the device computes before it is asked for.

Whoever writes is most likely to go on: as soon as a step of single tokens is under way, the next
one is started behind it, with the tokens that it will choose. What then is asked for otherwise is
computed as ever; the guess wrote its keys and values only where the row's next token belongs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from engine.batching.plan import Chosen, Row


@dataclass(frozen=True, slots=True)
class Found:
    """What a step chose. A row's place among those with a score is its place here."""

    pairs: torch.Tensor  # (2, rows) float64 on the device, see decoder.Likeliest
    host: torch.Tensor  # the same on the host, once `ready`
    ready: torch.cuda.Event | None

    @classmethod
    def of(cls, pairs: torch.Tensor) -> "Found":
        """`pairs` may be overwritten by the next step: it is copied."""
        if pairs.device.type == "cpu":
            return cls(pairs, pairs, None)
        kept, host = pairs.clone(), torch.empty(pairs.shape, dtype=pairs.dtype, pin_memory=True)
        host.copy_(kept, non_blocking=True)
        ready = torch.cuda.Event()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        ready.record()
        return cls(kept, host, ready)

    def read(self) -> list[Chosen]:
        """Waits for the device."""
        if self.ready is not None:
            self.ready.synchronize()
        tokens, logprobs = self.host.numpy()
        pairs = zip(tokens.astype(np.int64).tolist(), logprobs.tolist(), strict=True)
        return [Chosen(token, logprob) for token, logprob in pairs]


@dataclass(frozen=True, slots=True)
class Ahead:
    rows: Sequence[Row]  # as they were foreseen, but for their tokens
    found: Found

    def matching(
        self, rows: Sequence[Row], blocks: Sequence[list[int]], told: Mapping[int, int]
    ) -> dict[int, int]:
        """From the number of a row that was foreseen to its place. By seat: `blocks` as the rows
        have them, and the tokens that the step before chose.
        """
        places = {row.seat: place for place, row in enumerate(self.rows)}
        found: dict[int, int] = {}
        for number, row in enumerate(rows):
            place = places.get(row.seat)
            if place is None or len(row.tokens) > 1 or row.tokens[0] != told.get(row.seat):
                continue
            if _same(row, self.rows[place], blocks[row.seat]):
                found[number] = place
        return found


def _same(row: Row, foreseen: Row, blocks: list[int]) -> bool:
    """The same context, for all its blocks are the same and nobody wrote to them in between."""
    return (
        row.start == foreseen.start
        and row.allowed is None
        and (row.choice is foreseen.choice or row.choice == foreseen.choice)
        and (blocks is foreseen.blocks or blocks[: len(foreseen.blocks)] == foreseen.blocks)
    )


def next_row(row: Row, blocks: Sequence[int], size: int, longest: int) -> Row | None:
    """The step after; None where it depends on more than the token, or lacks a block."""
    start = row.start + len(row.tokens)
    free = row.choice is not None and row.choice.repetition_penalty == 1 and row.allowed is None
    if not free or len(row.tokens) > 1 or start >= min(longest, len(blocks) * size):
        return None
    return Row(row.seat, (0,), start, blocks, row.choice)
