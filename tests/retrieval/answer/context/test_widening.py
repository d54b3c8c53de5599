from dataclasses import replace

from retrieval.answer.context.packing import Room, Source, fitting, pack_context
from retrieval.answer.context.widening import as_sources, widened
from retrieval.types import ChunkId, Passage
from tests.retrieval.answer.answering_fakes import a_passage

WIDE = Room(100_000)


def at(place: int, *, section: str = "Leave", text: str = "") -> Passage:
    """A passage of one document; its blocks are numbered as it is."""
    passage = a_passage(text or f"Sentence {place} of the handbook.", headings=(section,))
    chunk = replace(
        passage.chunk,
        id=ChunkId(f"chunk-{place}"),
        ordinal=place,
        first_block=10 * place,
        last_block=10 * place + 9,
    )
    return replace(passage, chunk=chunk)


def places(source: Source) -> list[int]:
    return [passage.chunk.ordinal for passage in source.passages]


def test_passages_that_follow_each_other_are_one_source_where_the_best_of_them_stands() -> None:
    sources = as_sources([at(7), at(3), at(8), at(1)])
    assert [places(source) for source in sources] == [[7, 8], [3], [1]]


def test_a_passage_is_widened_by_its_neighbours_of_the_same_section() -> None:
    around = [at(4), at(6), at(7), at(8), at(5, section="Travel")]
    (source,) = widened(as_sources([at(5)]), around, WIDE)
    assert 5 in places(source)
    assert places(source) == sorted(places(source))
    (alone,) = widened(as_sources([at(5)]), [at(4, section="A"), at(6, section="B")], WIDE)
    assert places(alone) == [5]


def test_portions_of_one_table_belong_together_whatever_stands_above_them() -> None:
    head = "Table 1\n| Grade | Days |\n| --- | --- |\n"
    first, second = at(5, text=f"{head}| A | 20 |"), at(6, section="more", text=f"{head}| B | 25 |")
    second = replace(second, chunk=replace(second.chunk, first_block=59, last_block=59))
    (source,) = widened(as_sources([first]), [second], WIDE)
    assert places(source) == [5, 6]
    assert source.text == f"{head}| A | 20 |\n\n| B | 25 |"


def test_the_found_come_before_their_neighbours_and_the_best_is_widened_first() -> None:
    found = [at(5), at(20)]
    bare = as_sources(found)
    cost = sum(map(WIDE.cost, bare))
    around = [at(4), at(6), at(19), at(21)]
    assert widened(bare, around, Room(cost)) == bare
    one_more = widened(bare, around, Room(cost + 20))
    assert [places(source) for source in one_more] == [[5, 6], [20]]
    assert sum(map(WIDE.cost, one_more)) <= cost + 20


def test_nothing_is_given_twice() -> None:
    sources = widened(as_sources([at(5), at(7)]), [at(6)], WIDE)
    assert sorted(place for source in sources for place in places(source)) == [5, 6, 7]


def test_what_does_not_fit_leaves_its_room_to_those_behind_it() -> None:
    long, short = at(20, text="A long sentence of many words. " * 80), at(40)
    sources = as_sources([at(5), long, short])
    room = Room(WIDE.cost(sources[0]) + WIDE.cost(sources[2]))
    assert [places(source) for source in fitting(sources, room)] == [[5], [40]]
    packed = pack_context(sources, room)
    assert [places(source) for source in packed.sources] == [[5], [40]]
    assert packed.tokens <= room.tokens
