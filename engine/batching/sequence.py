"""The tokens of one request, and how far the device has come with them."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.batching.blocks import Chain, next_chain
from engine.batching.plan import Choice


@dataclass(frozen=True, slots=True)
class Claim:
    """Who asks, and how it ranks."""

    user: str = ""  # shares are equal between users; all who give no name are one
    priority: int = 0  # higher goes first
    number: int = 0  # of arrival
    size: int = 1  # tokens, prompt and guessed answer


@dataclass(slots=True, eq=False)
class TokenSequence:
    """Belongs to the scheduler but for `tokens`, to which the runner appends what was chosen."""

    tokens: "array[int]"  # the prompt, then the answer
    prompt: int  # tokens of the prompt
    choice: Choice
    claim: Claim
    computed: int = 0  # tokens whose keys and values lie in `table`
    table: list[int] = field(default_factory=list)  # blocks
    seat: int | None = None  # None: waits
    waits_since: float = 0.0  # seconds on the scheduler's clock
    priority: int = field(init=False)  # the claim's, or higher after a long wait
    queued: float | None = None  # seconds before its first seat; None: it never had one
    cached: int = 0  # tokens of the prompt that were known then
    allowed: Callable[[], bytes] | None = None  # see plan.Row; the runner's
    named: int = 0  # leading blocks of `table` that have a name
    _chains: list[Chain] = field(default_factory=list)  # of the full blocks of `tokens`

    def __post_init__(self) -> None:
        self.priority = self.claim.priority

    def chains(self, count: int, block_tokens: int) -> Sequence[Chain]:
        """The names of its first `count` blocks, which must be full. Each is made once."""
        while len(self._chains) < count:
            start = len(self._chains) * block_tokens
            block = self.tokens[start : start + block_tokens]
            self._chains.append(next_chain(self._chains, block.tobytes()))
        return self._chains[:count] if count < len(self._chains) else self._chains
