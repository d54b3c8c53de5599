"""What the model is given to read: how many passages, how wide, and what was cut."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answer.asking.inquiry import Surroundings
from retrieval.answer.checking.reading import Reading
from retrieval.answer.context.packing import PackedContext, Room, Source, fitting, pack_context
from retrieval.answer.context.surroundings import Neighbour, with_neighbours
from retrieval.answer.context.widening import Widened, as_sources, reach_in, widened
from retrieval.answers import ContextUsed
from retrieval.ports import Embedder
from retrieval.types import Passage, Scope

TOO_FAR = 5.0  # log-odds of its best sentence behind the best: a passage that would only distract
RULES_TOKENS = 160  # of the prompt without sources and question


@dataclass(frozen=True, slots=True)
class Context:
    reading: Reading  # with what stands around the passages
    packed: PackedContext
    used: ContextUsed

    @property
    def numbers(self) -> list[tuple[int, ...]]:
        """For each source of the prompt the numbers of its passages in the evidence."""
        number = {p.chunk.id: n for n, p in enumerate(self.reading.evidence.passages, start=1)}
        return [
            tuple(number[passage.chunk.id] for passage in source.passages)
            for source in self.packed.sources
        ]


@dataclass(frozen=True, slots=True)
class ContextMaker:
    """`room` is for rules, question and sources. Without `surroundings` nothing is widened."""

    surroundings: Surroundings | None
    embedder: Embedder
    room: Room

    def make(self, reading: Reading, scope: Scope, question: str) -> Context:
        """Few passages where one stands out, more where none does; wider where room is left."""
        near = near_passages(reading)
        spent = RULES_TOKENS + self.room.estimated(question)
        room = Room(self.room.tokens - spent, self.room.wide_letter)
        chosen = fitting(as_sources(near), room)
        wide = self._widened(chosen, scope, room)
        packed = pack_context(wide.sources, room)
        found = {passage.chunk.id for passage in near}
        neighbours = _neighbours(packed.sources, reading)
        grown = {one.beside for one in neighbours}
        given = sum(passage.chunk.id in found for passage in packed.passages)
        used = ContextUsed(
            passages=given,
            widened=len(grown),
            left_out=len(near) - given,
            shortened=packed.shortened,
            tokens=spent + packed.tokens,
            budget=self.room.tokens,
            whole=wide.whole,
            too_long=wide.too_long,
        )
        return Context(with_neighbours(reading, neighbours, self.embedder), packed, used)

    def _widened(self, chosen: Sequence[Source], scope: Scope, room: Room) -> Widened:
        if self.surroundings is None:
            return Widened(tuple(chosen))
        passages = [passage for source in chosen for passage in source.passages]
        around = self.surroundings.around(passages, scope, reach=reach_in(room))
        return widened(chosen, around, room)


def near_passages(reading: Reading) -> list[Passage]:
    """Those with a sentence that may well be the answer, in the order of the search."""
    best: dict[int, float] = {}
    for sentence, score in zip(reading.evidence.sentences, reading.relevance.scores, strict=True):
        best[sentence.passage] = max(float(score), best.get(sentence.passage, float(score)))
    lowest = max(best.values(), default=0.0) - TOO_FAR
    return [
        reading.evidence.passages[n - 1] for n, score in sorted(best.items()) if score >= lowest
    ]


def _neighbours(sources: Sequence[Source], reading: Reading) -> list[Neighbour]:
    """What was not found but stands in a source, beside the nearest of it that was."""
    number = {p.chunk.id: n for n, p in enumerate(reading.evidence.passages, start=1)}
    neighbours: list[Neighbour] = []
    for source in sources:
        found = [passage.chunk for passage in source.passages if passage.chunk.id in number]
        for passage in source.passages:
            if passage.chunk.id not in number:
                at = passage.chunk.ordinal
                nearest = min(found, key=lambda chunk: abs(chunk.ordinal - at))
                neighbours.append(Neighbour(passage, number[nearest.id]))
    return neighbours
