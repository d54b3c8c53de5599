"""Recorded decode steps: a step of one token per row is hundreds of small kernels, and starting
them one by one takes longer than they run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch

from engine.decoder.batch import Packed, Sizes
from engine.decoder.decoder import Likeliest
from engine.decoder.sampler import Scores

SIZES = (1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 160, 192, 224, 256)


Compute = Callable[[torch.Tensor, Sizes], torch.Tensor]  # packed numbers on the device to logits


@dataclass(frozen=True, slots=True)
class _Recorded:
    graph: torch.cuda.CUDAGraph
    numbers: torch.Tensor  # the step's input; int32
    scores: Scores


@dataclass(frozen=True, slots=True)
class Graphs:
    recorded: dict[int, _Recorded]  # by the number of rows

    def size_for(self, rows: int) -> int | None:
        """The smallest recorded step with room for so many rows."""
        return min((size for size in self.recorded if size >= rows), default=None)

    def replay(self, packed: Packed, tokens: torch.Tensor | None = None) -> Scores:
        """Overwritten by the next replay. `tokens` on the device replace the packed ones."""
        recorded = self.recorded[packed.sizes.rows]
        recorded.numbers.copy_(torch.from_numpy(packed.numbers), non_blocking=True)
        if tokens is not None:
            recorded.numbers[: len(tokens)].copy_(tokens)
        recorded.graph.replay()
        return recorded.scores


def record(
    compute: Compute, likeliest: Likeliest, sizes: tuple[int, ...], device: torch.device
) -> Graphs:
    """The largest first: the smaller ones then live in its memory."""
    recorded: dict[int, _Recorded] = {}
    pool = torch.cuda.graph_pool_handle()
    for size in sorted(sizes, reverse=True):
        cut = Sizes(tokens=size, rows=size, chosen=size, tiles=0)
        numbers = torch.zeros(6 * size, dtype=torch.int32, device=device)
        numbers[2 * size : 3 * size] = -1  # slots: nothing is stored
        _warm(partial(_scored, compute, likeliest, numbers, cut), device)
        graph = torch.cuda.CUDAGraph()
        # Others may compute on this GPU meanwhile.
        stream = torch.cuda.current_stream(device)
        with torch.cuda.graph(graph, pool, stream, capture_error_mode="thread_local"):
            scores = _scored(compute, likeliest, numbers, cut)
        recorded[size] = _Recorded(graph, numbers, scores)
    return Graphs(recorded)


def _scored(compute: Compute, likeliest: Likeliest, numbers: torch.Tensor, cut: Sizes) -> Scores:
    logits = compute(numbers, cut)
    return Scores(logits, likeliest(logits))


def _warm(step: Callable[[], Scores], device: torch.device) -> None:
    """Compiles the kernels, which cannot be done while recording."""
    current = torch.cuda.current_stream(device)
    side = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]  # torch leaves it untyped
    side.wait_stream(current)
    with torch.cuda.stream(side):
        for _ in range(2):
            step()
    current.wait_stream(side)
