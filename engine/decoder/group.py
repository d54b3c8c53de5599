"""The ranks that share one model, each with its slice of every layer."""

from dataclasses import dataclass

import torch
import torch.distributed as dist

from engine.decoder.shape import Shape
from engine.errors import ModelBroken


@dataclass(frozen=True, slots=True)
class Group:
    """Of one rank by default. With more, torch.distributed must have been initialised."""

    rank: int = 0
    ranks: int = 1

    def add_up(self, part: torch.Tensor) -> torch.Tensor:
        """The sum over all ranks, in place."""
        if self.ranks > 1:
            dist.all_reduce(part)
        return part

    def join(self, part: torch.Tensor) -> torch.Tensor:
        """(rows, columns of this rank) to (rows, all columns)."""
        if self.ranks == 1:
            return part
        rows, columns = part.shape
        parts = part.new_empty((self.ranks * rows, columns))
        if rows:
            dist.all_gather_into_tensor(parts, part.contiguous())
        return parts.view(self.ranks, rows, columns).transpose(0, 1).flatten(1)

    def least(self, count: int, device: torch.device) -> int:
        """The smallest of all ranks' counts."""
        if self.ranks == 1:
            return count
        counts = torch.tensor([count], device=device)
        dist.all_reduce(counts, dist.ReduceOp.MIN)
        return int(counts.item())

    def own(self, count: int) -> slice:
        """This rank's share of `count` rows or columns."""
        share = count // self.ranks
        return slice(self.rank * share, (self.rank + 1) * share)

    def check(self, shape: Shape) -> None:
        """Raises: ModelBroken when the model cannot be cut into that many equal slices."""
        for name in ("heads", "kv_heads", "intermediate", "vocabulary"):
            count = getattr(shape, name)
            if count % self.ranks:
                raise ModelBroken(f"{self.ranks} ranks cannot share {count} {name} evenly.")
        group = shape.packing.group if shape.packing else 1
        for count in (shape.hidden * self.ranks, shape.heads * shape.head_dim, shape.intermediate):
            if count % (self.ranks * group):
                raise ModelBroken(f"{self.ranks} ranks cannot cut {count} in groups of {group}.")
