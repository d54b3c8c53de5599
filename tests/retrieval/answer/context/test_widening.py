from dataclasses import replace

from retrieval.answer.context.packing import Room, Source, fitting, pack_context
from retrieval.answer.context.widening import FARTHEST, as_sources, reach_in, widened
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
    around = [at(n) for n in (2, 3, 4, 6, 7, 8)]
    (source,) = widened(as_sources([at(5)]), around, WIDE).sources
    assert places(source) == [4, 5, 6]
    (alone,) = widened(as_sources([at(5)]), [at(4, section="A"), at(6, section="B")], WIDE).sources
    assert places(alone) == [5]


def test_portions_of_one_table_belong_together_whatever_stands_above_them() -> None:
    head = "Table 1\n| Grade | Days |\n| --- | --- |\n"
    first, second = at(5, text=f"{head}| A | 20 |"), at(6, section="more", text=f"{head}| B | 25 |")
    second = replace(second, chunk=replace(second.chunk, first_block=59, last_block=59))
    (source,) = widened(as_sources([first]), [second], WIDE).sources
    assert places(source) == [5, 6]
    assert source.text == f"{head}| A | 20 |\n\n| B | 25 |"


def test_the_found_come_before_their_neighbours_and_the_best_is_widened_first() -> None:
    found = [at(5), at(20)]
    bare = as_sources(found)
    cost = sum(map(WIDE.cost, bare))
    around = [at(4), at(6), at(19), at(21)]
    assert list(widened(bare, around, Room(cost)).sources) == bare
    one_more = widened(bare, around, Room(cost + 20)).sources
    assert [places(source) for source in one_more] == [[5, 6], [20]]
    assert sum(map(WIDE.cost, one_more)) <= cost + 20


def test_nothing_is_given_twice() -> None:
    sources = widened(as_sources([at(5), at(7)]), [at(6)], WIDE).sources
    assert sorted(place for source in sources for place in places(source)) == [5, 6, 7]


def test_what_does_not_fit_leaves_its_room_to_those_behind_it() -> None:
    long, short = at(20, text="A long sentence of many words. " * 80), at(40)
    sources = as_sources([at(5), long, short])
    room = Room(WIDE.cost(sources[0]) + WIDE.cost(sources[2]))
    assert [places(source) for source in fitting(sources, room)] == [[5], [40]]
    packed = pack_context(sources, room)
    assert [places(source) for source in packed.sources] == [[5], [40]]
    assert packed.tokens <= room.tokens


def rows(*numbers: int) -> list[Passage]:
    """Portions of one long table, each in a section's name of its own."""
    head = "| Grade | Days |\n| --- | --- |\n"
    made = [at(n, section=f"Part {n}", text=f"{head}| {n} | {20 + n} |") for n in numbers]
    return [replace(one, chunk=replace(one.chunk, first_block=9, last_block=9)) for one in made]


def test_of_a_table_all_is_read_where_there_is_room_for_all_of_it() -> None:
    found, *around = rows(5, 2, 3, 4, 6, 7, 8)
    wide = widened(as_sources([found]), around, WIDE)
    assert [places(source) for source in wide.sources] == [[2, 3, 4, 5, 6, 7, 8]]
    assert (wide.whole, wide.too_long) == (1, 0)
    enough = WIDE.cost(wide.sources[0])
    assert widened(as_sources([found]), around, Room(enough)) == wide
    cut = widened(as_sources([found]), around, Room(enough - 1))
    assert [places(source) for source in cut.sources] == [[4, 5, 6]]
    assert (cut.whole, cut.too_long) == (0, 1)


def test_of_a_section_all_is_read_when_a_third_of_it_was_found() -> None:
    section = [at(n) for n in range(1, 7)]
    twice = widened(as_sources([section[0], section[4]]), section, WIDE)
    assert [places(source) for source in twice.sources] == [[1, 2, 3, 4, 5, 6]]
    assert (twice.whole, twice.too_long) == (1, 0)
    once = widened(as_sources([section[2]]), [*section[:2], *section[3:]], WIDE)
    assert [places(source) for source in once.sources] == [[2, 3, 4]]
    assert (once.whole, once.too_long) == (0, 0), "nobody asked about all of it"


def test_what_becomes_one_section_is_one_source_where_the_best_of_it_stands() -> None:
    elsewhere = at(40, section="Travel")
    found = [at(5), elsewhere, at(1)]
    wide = widened(as_sources(found), [at(n) for n in (2, 3, 4)], WIDE)
    assert [places(source) for source in wide.sources] == [[1, 2, 3, 4, 5], [40]]
    given = [passage.chunk.id for source in wide.sources for passage in source.passages]
    assert len(given) == len(set(given))
    bare = sum(map(WIDE.cost, as_sources(found)))
    narrow = widened(as_sources(found), [at(n) for n in (2, 3, 4)], Room(bare))
    assert [places(source) for source in narrow.sources] == [[5], [40], [1]]
    assert narrow.too_long == 1


def test_no_farther_is_looked_than_could_be_read() -> None:
    assert reach_in(Room(100)) == 2
    assert reach_in(Room(10)) == 1
    assert reach_in(WIDE) == FARTHEST
