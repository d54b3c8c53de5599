"""Who gets the next seat."""

from array import array
from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.batching.fairness import ANSWER_WEIGHT, PROMPT_WEIGHT, Accounts
from engine.batching.plan import Choice, Room
from engine.batching.queue import Ahead, FairQueue, ahead_of
from engine.batching.scheduler import Scheduler
from engine.batching.sequence import Claim, TokenSequence

ROOM = Room(blocks=24, block_tokens=4, seats=4, step_tokens=16)
LONGEST_PROMPT, LONGEST_ANSWER = 30, 20
CAPACITY = ROOM.blocks * ROOM.block_tokens


def sequence(number: int, claim: Claim, length: int = 1) -> TokenSequence:
    tokens = array("i", range(number * 1000, number * 1000 + length))  # nothing to share
    return TokenSequence(tokens, length, Choice(), claim)


def waiting(number: int, user: str, priority: int = 0, since: float = 0.0) -> TokenSequence:
    one = sequence(number, Claim(user, priority, number, size=10))
    one.waits_since = since
    return one


def order(queue: FairQueue, now: float = 0.0) -> list[int]:
    """Numbers as they are seated, each with one token to its user's account."""
    numbers = []
    while (first := queue.first(now)) is not None:
        queue.remove(first)
        queue._accounts.charge(first.claim.user, 1)
        numbers.append(first.claim.number)
    return numbers


def queue_of(*sequences: TokenSequence) -> FairQueue:
    queue = FairQueue(Accounts())
    for one in sequences:
        queue.put(one, one.waits_since)
    return queue


class Shares:
    """Two users who always wait, and what each of them had."""

    def __init__(self, seed: int, greed: int, shortest: int) -> None:
        """User b sends `greed` times as much as a, and no prompts of less than `shortest`."""
        self.random = Random(seed)
        self.least = {"a": 2, "b": 2 * greed}
        self.shortest = {"a": 1, "b": shortest}
        self.served: Counter[str] = Counter()
        self._scheduler = Scheduler(ROOM, lambda: 0.0)
        self._unseen: set[TokenSequence] = set()
        self._ends: dict[TokenSequence, int] = {}
        self._numbers = 0

    def step(self) -> None:
        for user, least in self.least.items():
            while sum(one.claim.user == user for one in self._unseen) < least:
                self._submit(user)
        plan = self._scheduler.plan()
        for one in self._unseen.intersection(plan.sequences):
            self.served[one.claim.user] += PROMPT_WEIGHT * one.prompt
        self._unseen.difference_update(plan.sequences)
        self._scheduler.record(plan)
        for one in plan.choosing():
            self.served[one.claim.user] += ANSWER_WEIGHT
            one.tokens.append(0)
            if len(one.tokens) >= self._ends[one]:
                self._scheduler.drop(one)

    def _submit(self, user: str) -> None:
        length = self.random.randint(self.shortest[user], LONGEST_PROMPT)
        one = sequence(self._numbers, Claim(user, number=self._numbers), length)
        self._numbers += 1
        self._ends[one] = length + self.random.randint(1, LONGEST_ANSWER)
        self._unseen.add(one)
        self._scheduler.add(one)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, LONGEST_PROMPT))
def test_two_who_always_wait_get_equal_shares(seed: int, greed: int, shortest: int) -> None:
    """The bound of Sheng et al., theorem 4.4."""
    shares = Shares(seed, greed, shortest)
    bound = 2 * max(PROMPT_WEIGHT * LONGEST_PROMPT, ANSWER_WEIGHT * CAPACITY)
    for _ in range(600):
        shares.step()
        assert abs(shares.served["a"] - shares.served["b"]) <= bound
    assert min(shares.served.values()) > 4 * bound


def test_who_sends_one_request_does_not_wait_behind_fifty_of_another() -> None:
    queue = queue_of(*(waiting(number, "many") for number in range(50)), waiting(50, "one"))
    assert order(queue)[:3] == [0, 50, 1]


def test_requests_without_a_user_go_in_order_of_arrival() -> None:
    assert order(queue_of(*(waiting(number, "") for number in range(5)))) == list(range(5))


def test_a_pause_saves_nothing_up() -> None:
    accounts = Accounts()
    accounts.join("busy", [])
    accounts.charge("busy", 1000)
    accounts.join("back again", ["busy"])
    assert accounts.had("back again") == 1000
    accounts.leave("back again")
    accounts.leave("busy")
    accounts.join("new", [])
    assert accounts.had("new") == 1000


def test_debts_are_remembered_and_accounts_that_say_nothing_are_closed() -> None:
    accounts = Accounts()
    accounts.join("greedy", [])
    accounts.charge("greedy", 10**6)
    for number in range(20_000):
        accounts.join(str(number), [])
        accounts.charge(str(number), 1)
        accounts.leave(str(number))
    assert accounts.had("greedy") == 10**6
    assert len(accounts._had) < 5000


def test_a_higher_class_goes_first_but_not_for_ever() -> None:
    low, high = waiting(0, "a"), [waiting(number, "b", 1, since=30.0) for number in range(1, 5)]
    assert order(queue_of(low, *high), now=60.0) == [1, 2, 3, 4, 0]
    assert order(queue_of(low, *high), now=61.0) == [1, 0, 2, 3, 4]  # it takes turns with b
    assert low.priority == 1


def test_who_lost_a_seat_is_first_among_the_requests_of_its_user() -> None:
    early, late = waiting(1, "a"), waiting(2, "a")
    queue = queue_of(late, waiting(3, "a"))
    queue.put(early, 0.0)
    assert order(queue) == [1, 2, 3]


def test_leaving_the_queue_twice_is_leaving_it_once() -> None:
    one, other = waiting(0, "a"), waiting(1, "a")
    queue = queue_of(one, other)
    queue.remove(one)
    queue.remove(one)
    assert len(queue) == 1
    assert queue.first(0.0) is other


def test_a_place_in_the_queue_counts_turns_of_users() -> None:
    crowd = [waiting(number, user) for number, user in enumerate("mmmmab")]
    assert ahead_of(crowd[0], crowd) == Ahead(2, 20)  # one each of a and b
    assert ahead_of(crowd[3], crowd) == Ahead(5, 50)
    assert ahead_of(crowd[4], crowd) == Ahead(2, 20)  # one each of m and b
    urgent = waiting(6, "c", priority=1)
    assert ahead_of(urgent, [*crowd, urgent]) == Ahead(0, 0)
    assert ahead_of(crowd[4], [*crowd, urgent]) == Ahead(3, 30)
