"""How much of what stands around the found passages is read with them, inside a token budget.

The found passages come first: anything else is added only where room is left. A passage is read
with the one right before and after it, of the same section or table; then, where there is room for
all of it, with its whole table, and with its whole section when much of that was found.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from retrieval.answer.context.packing import Room, Source
from retrieval.types import Chunk, ChunkId, Passage, VersionId

REACH = 1  # places before and after a passage that are read with it
FARTHEST = 24  # places before and after a passage that its section or table is looked for
SHORTEST = 40  # tokens of a passage, about: where fewer fit there is no need to look farther
# Of a section that was found, from which all of it is read: the question is about it, it seems.
MUCH = 1 / 3

Place = tuple[VersionId, int]
Belonging = Callable[[Chunk, Chunk], bool]  # of a chunk and the one right after it


@dataclass(frozen=True, slots=True)
class Widened:
    sources: tuple[Source, ...]
    whole: int = 0  # tables and sections of which all is read, where not all of it was found
    too_long: int = 0  # … of which all should be, and had no room


def reach_in(room: Room) -> int:
    """How far to look around each passage: no farther than could be read."""
    return max(REACH, min(FARTHEST, room.tokens // SHORTEST))


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


def widened(sources: Sequence[Source], around: Sequence[Passage], room: Room) -> Widened:
    """The same sources in their order, with as much of `around` as there is room for.

    Neighbours first, what follows before what precedes; then whole tables, then whole sections;
    of each the best source before the others. What becomes one section is one source.
    """
    found = {passage.chunk.id for source in sources for passage in source.passages}

    def is_needed(section: Sequence[Passage]) -> bool:
        return sum(one.chunk.id in found for one in section) >= MUCH * len(section)

    known = _by_place((*around, *(one for source in sources for one in source.passages)))
    tables = _Whole(known, room, _same_table, lambda _table: True)
    sections = _Whole(known, room, _same_section, is_needed)
    return sections.of(tables.of(Widened(tuple(_with_neighbours(sources, around, room)))))


def _with_neighbours(
    sources: Sequence[Source], around: Sequence[Passage], room: Room
) -> list[Source]:
    wide = list(sources)
    costs = [room.cost(source) for source in wide]
    free = _by_place(around)
    for place, step in product(range(len(wide)), (1, -1)):
        edge = wide[place].passages[-1 if step > 0 else 0].chunk
        neighbour = free.get((edge.version, edge.ordinal + step))
        if neighbour is None or not _belong(edge, neighbour.chunk, _same_section):
            continue
        wider = _with(wide[place], neighbour, step)
        cost = room.cost(wider)
        if sum(costs) - costs[place] + cost <= room.tokens:
            wide[place], costs[place] = wider, cost
            del free[edge.version, edge.ordinal + step]
    return wide


@dataclass(frozen=True, slots=True)
class _Whole:
    known: Mapping[Place, Passage]  # the sources and what stands around them
    room: Room
    belonging: Belonging
    is_needed: Callable[[Sequence[Passage]], bool]

    def of(self, read: Widened) -> Widened:
        """The same, each with all that belongs to it where there is room for all of that."""
        wide, whole, too_long = list(read.sources), read.whole, set[ChunkId]()
        for source in read.sources:
            if source not in wide:
                continue  # a part of a better one by now
            run = self._run(source)
            if len(run) == len(source.passages) or not self.is_needed(run):
                continue
            grown = _merged(wide, source, Source(run))
            if sum(map(self.room.cost, grown)) <= self.room.tokens:
                wide, whole = grown, whole + 1
            else:
                too_long.add(run[0].chunk.id)  # where it begins: two sources may be of it
        return Widened(tuple(wide), whole, read.too_long + len(too_long))

    def _run(self, source: Source) -> tuple[Passage, ...]:
        """The source, on to where what belongs to it begins and ends."""
        run = list(source.passages)
        for step in (1, -1):
            for _ in range(FARTHEST):
                edge = run[-1 if step > 0 else 0].chunk
                beside = self.known.get((edge.version, edge.ordinal + step))
                if beside is None or not _belong(edge, beside.chunk, self.belonging):
                    break
                run.insert(len(run) if step > 0 else 0, beside)
        return tuple(run)


def _merged(sources: Sequence[Source], source: Source, whole: Source) -> list[Source]:
    """With `whole` in the place of `source`, and without the others that it holds."""
    held = {passage.chunk.id for passage in whole.passages}
    return [
        whole if one is source else one
        for one in sources
        if one is source or held.isdisjoint(passage.chunk.id for passage in one.passages)
    ]


def _with(source: Source, neighbour: Passage, step: int) -> Source:
    if step > 0:
        return Source((*source.passages, neighbour))
    return Source((neighbour, *source.passages))


def _by_place(passages: Iterable[Passage]) -> dict[Place, Passage]:
    return {(one.chunk.version, one.chunk.ordinal): one for one in passages}


def _follows(before: Chunk, chunk: Chunk) -> bool:
    return (before.version, before.ordinal + 1) == (chunk.version, chunk.ordinal)


def _belong(edge: Chunk, neighbour: Chunk, belonging: Belonging) -> bool:
    first, second = sorted((edge, neighbour), key=lambda chunk: chunk.ordinal)
    return belonging(first, second)


def _same_table(first: Chunk, second: Chunk) -> bool:
    """Or another block that is too long for one passage."""
    return first.last_block >= second.first_block


def _same_section(first: Chunk, second: Chunk) -> bool:
    return first.headings == second.headings or _same_table(first, second)
