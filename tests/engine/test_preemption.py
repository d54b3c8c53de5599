"""Who gives way to whom, and what is forgotten first."""

from array import array

from engine.batching.blocks import BlockPool, next_chain
from engine.batching.plan import Choice, Room
from engine.batching.scheduler import Plan, Scheduler
from engine.batching.sequence import Claim, TokenSequence


def opened(**room: int) -> Scheduler:
    sizes = {"blocks": 12, "block_tokens": 4, "seats": 4, "step_tokens": 64} | room
    return Scheduler(Room(**sizes), lambda: 0.0)


def added(
    scheduler: Scheduler, number: int, length: int, priority: int = 0, user: str = ""
) -> TokenSequence:
    tokens = array("i", range(100 * number, 100 * number + length))
    claim = Claim(user, priority, number)
    sequence = TokenSequence(tokens, length, Choice(), claim)
    scheduler.add(sequence)
    return sequence


def step(scheduler: Scheduler) -> Plan:
    plan = scheduler.plan()
    scheduler.record(plan)
    for sequence in plan.choosing():
        sequence.tokens.append(7)
    return plan


def test_the_youngest_of_the_lowest_class_gives_its_blocks_back() -> None:
    scheduler = opened(blocks=12)
    low = [added(scheduler, number, 8) for number in (0, 1)]
    high = [added(scheduler, number, 8, priority=1) for number in (2, 3)]
    step(scheduler)
    assert all(one.seat is not None for one in (*low, *high))
    while low[1].seat is not None:
        step(scheduler)
    assert all(one.seat is not None for one in (low[0], *high))
    while low[0].seat is not None:
        step(scheduler)
    assert all(one.seat is not None for one in high)
    while high[1].seat is not None:
        step(scheduler)
    assert high[0].seat is not None
    scheduler.drop(high[0])
    step(scheduler)
    # What lay in its blocks is computed again, but for what is still there.
    assert high[1].seat is not None
    assert high[1].computed == len(high[1].tokens) - 1


def test_what_was_taken_from_one_is_not_given_to_a_newcomer_in_the_same_step() -> None:
    scheduler = opened(blocks=8, seats=2)
    first, second = added(scheduler, 0, 12), added(scheduler, 1, 12)
    step(scheduler)
    newcomer = added(scheduler, 2, 1, user="had nothing yet")
    while second.seat is not None:
        step(scheduler)
    assert first.seat is not None
    assert newcomer.seat is None
    step(scheduler)
    assert newcomer.seat is not None


def test_a_newcomer_of_a_higher_class_takes_a_seat_and_one_of_the_same_class_waits() -> None:
    scheduler = opened(seats=2)
    low = [added(scheduler, number, 4) for number in (0, 1)]
    step(scheduler)
    equal = added(scheduler, 2, 4)
    step(scheduler)
    assert equal.seat is None
    high = added(scheduler, 3, 4, priority=1)
    plan = step(scheduler)
    assert plan.sequences == [low[0], high]
    assert low[1].seat is None


def test_blocks_that_are_found_cannot_be_taken_as_well() -> None:
    scheduler = opened(blocks=4)
    done = added(scheduler, 0, 9)
    step(scheduler)
    scheduler.drop(done)
    runs = added(scheduler, 1, 5)
    step(scheduler)
    again = added(scheduler, 0, 9)
    step(scheduler)
    assert runs.seat is not None
    assert again.seat is None


def test_nobody_gives_way_in_vain() -> None:
    scheduler = opened(blocks=12)
    high = added(scheduler, 0, 30, priority=1)
    low = added(scheduler, 1, 4)
    step(scheduler)
    added(scheduler, 2, 30, priority=1)
    step(scheduler)
    assert high.seat is not None
    assert low.seat is not None


def test_who_writes_takes_part_in_every_step_while_a_long_prompt_is_read() -> None:
    scheduler = opened(blocks=100, step_tokens=8)
    writer = added(scheduler, 0, 4)
    step(scheduler)
    reader = added(scheduler, 1, 30)
    shares = []
    while reader.computed < 30:
        plan = step(scheduler)
        assert plan.sequences == [writer, reader]
        shares.append([len(row.tokens) for row in plan.rows])
        assert [row.choice is not None for row in plan.rows] == [True, reader.computed == 30]
    assert shares == [[1, 7], [1, 7], [1, 7], [1, 7], [1, 2]]


def test_the_end_of_a_table_is_forgotten_before_its_beginning() -> None:
    pool = BlockPool(4)
    chains: list[bytes] = []
    for letter in b"abcd":
        chains.append(next_chain(chains, bytes([letter])))
    table = [block for _ in range(4) if (block := pool.take()) is not None]
    for block, chain in zip(table, chains, strict=True):
        pool.name(block, chain)
    pool.release(table)
    assert pool.holding(chains) == table
    assert (pool.take(), pool.take()) == (table[3], table[2])
    assert pool.holding(chains) == table[:2]


def test_what_was_used_again_is_forgotten_last() -> None:
    pool = BlockPool(3)
    chains = [next_chain([], bytes([letter])) for letter in b"abc"]
    for chain in chains:
        block = pool.take()
        assert block is not None
        pool.name(block, chain)
        pool.release([block])
    again = pool.holding(chains[:1])
    pool.share(again)
    pool.release(again)
    pool.take()
    assert [len(pool.holding([chain])) for chain in chains] == [1, 0, 1]
