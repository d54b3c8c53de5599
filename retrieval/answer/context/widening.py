"""How much of what stands around the found passages is read with them, inside a token budget.

The found passages come first: a neighbour is added only where room is left. It belongs to a passage
when it stands right before or after it, in the same section or in the same table.
"""

from collections.abc import Sequence
from itertools import product

from retrieval.answer.context.packing import Room, Source
from retrieval.types import Chunk, Passage

REACH = 1  # places before and after a passage


def as_sources(found: Sequence[Passage]) -> list[Source]:
    """Those that follow each other in a document are read as one, where the best of them stands."""
    runs: list[list[Passage]] = []
    for passage in sorted(found, key=lambda one: (one.chunk.version, one.chunk.ordinal)):
        if runs and _follows(runs[-1][-1].chunk, passage.chunk):
            runs[-1].append(passage)
        else:
            runs.append([passage])
    rank = {passage.chunk.id: place for place, passage in enumerate(found)}
    runs.sort(key=lambda run: min(rank[passage.chunk.id] for passage in run))
    return [Source(tuple(run)) for run in runs]


def widened(sources: Sequence[Source], around: Sequence[Passage], room: Room) -> list[Source]:
    """The same sources in their order, with as much of `around` as there is room for.

    The nearest first, what follows before what precedes, the best source before the others.
    """
    wide = list(sources)
    costs = [room.cost(source) for source in wide]
    free = {(one.chunk.version, one.chunk.ordinal): one for one in around}
    for _ in range(REACH):
        for place, step in product(range(len(wide)), (1, -1)):
            edge = wide[place].passages[-1 if step > 0 else 0].chunk
            neighbour = free.get((edge.version, edge.ordinal + step))
            if neighbour is None or not _belongs(edge, neighbour.chunk):
                continue
            wider = _with(wide[place], neighbour, step)
            cost = room.cost(wider)
            if sum(costs) - costs[place] + cost <= room.tokens:
                wide[place], costs[place] = wider, cost
                del free[edge.version, edge.ordinal + step]
    return wide


def _with(source: Source, neighbour: Passage, step: int) -> Source:
    if step > 0:
        return Source((*source.passages, neighbour))
    return Source((neighbour, *source.passages))


def _follows(before: Chunk, chunk: Chunk) -> bool:
    return (before.version, before.ordinal + 1) == (chunk.version, chunk.ordinal)


def _belongs(edge: Chunk, neighbour: Chunk) -> bool:
    """Whether it is of the same section, or a portion of the same table."""
    first, second = sorted((edge, neighbour), key=lambda chunk: chunk.ordinal)
    return edge.headings == neighbour.headings or first.last_block >= second.first_block
