"""Who waits for a seat, and who gets the next one."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.batching.fairness import Accounts
from engine.batching.sequence import TokenSequence

_PATIENCE = 60.0  # seconds; who waited longer is of the highest class: no class starves another


class FairQueue:
    """By class of priority, then by what the user had, then in order of arrival."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._classes: dict[int, dict[str, deque[TokenSequence]]] = {}
        self._users: Counter[str] = Counter()  # sequences of each user that waits
        self._here: set[TokenSequence] = set()

    def __len__(self) -> int:
        return len(self._here)

    def put(self, sequence: TokenSequence, now: float) -> None:
        """Behind the others of its user, unless it came before them and lost its seat."""
        sequence.waits_since = now
        user = sequence.claim.user
        if user not in self._users:
            self._accounts.join(user, self._users)
        self._users[user] += 1
        self._here.add(sequence)
        line = self._classes.setdefault(sequence.priority, {}).setdefault(user, deque())
        at = len(line)
        while at and line[at - 1].claim.number > sequence.claim.number:
            at -= 1
        line.insert(at, sequence)

    def remove(self, sequence: TokenSequence) -> None:
        """Does nothing when it is not there."""
        if sequence not in self._here:
            return
        user = sequence.claim.user
        self._take_out(sequence)
        self._here.remove(sequence)
        self._users[user] -= 1
        if not self._users[user]:
            del self._users[user]
            self._accounts.leave(user)

    def first(self, now: float) -> TokenSequence | None:
        """Who is next; it stays until it is removed."""
        if not self._classes:
            return None
        highest = max(self._classes)
        if len(self._classes) > 1:
            self._raise_the_patient(highest, now)
        lines = self._classes[highest]
        return lines[min(lines, key=self._accounts.had)][0]

    def _raise_the_patient(self, highest: int, now: float) -> None:
        late = [one for one in self._heads() if now - one.waits_since > _PATIENCE]
        for sequence in late:
            if sequence.priority < highest:
                self._take_out(sequence)
                sequence.priority = highest
                lines = self._classes[highest].setdefault(sequence.claim.user, deque())
                lines.appendleft(sequence)

    def _heads(self) -> Iterator[TokenSequence]:
        for lines in self._classes.values():
            for line in lines.values():
                yield line[0]

    def _take_out(self, sequence: TokenSequence) -> None:
        lines = self._classes[sequence.priority]
        line = lines[sequence.claim.user]
        line.remove(sequence)
        if not line:
            del lines[sequence.claim.user]
        if not lines:
            del self._classes[sequence.priority]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What will probably be computed before."""

    requests: int
    tokens: int


def ahead_of(sequence: TokenSequence, waiting: Iterable[TokenSequence]) -> Ahead:
    """As if all requests were equally long: then users take turns, so of each other user as many
    go before as of one's own, and one more. `waiting` is in order of arrival.
    """
    own = sequence.claim
    others = [one for one in waiting if one is not sequence]
    mine = sum(
        one.claim.user == own.user
        and one.priority == sequence.priority
        and one.claim.number < own.number
        for one in others
    )
    turns: Counter[str] = Counter()
    requests = tokens = 0
    for one in others:
        if one.priority == sequence.priority:
            turns[one.claim.user] += 1
            if turns[one.claim.user] > mine + (one.claim.user != own.user):
                continue
        elif one.priority < sequence.priority:
            continue
        requests += 1
        tokens += one.claim.size
    return Ahead(requests, tokens)
