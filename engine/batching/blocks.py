"""Which blocks of the key-value cache hold what, and for whom.

A block is one of three things: in use (somebody's table refers to it), kept (nobody refers to it,
but its content is known and may be asked for again) or empty. Only full blocks are ever shared, so
nobody writes into a block that somebody else reads and nothing is ever copied.
"""

from collections.abc import Sequence
from hashlib import sha256

Chain = bytes  # stands for the tokens of a block and of every block before it

# Not Python's own hash: with it, a prompt can be made that is answered out of another's blocks
# (CVE-2025-25183, vLLM).
_ROOT: Chain = b""


def next_chain(chains: Sequence[Chain], tokens: bytes) -> Chain:
    """The name of a block of `tokens` that follows the blocks named `chains`."""
    return sha256((chains[-1] if chains else _ROOT) + tokens).digest()


class BlockPool:
    """Reference counts, names, and who is forgotten first: the longest unused."""

    def __init__(self, count: int) -> None:
        self._references = [0] * count
        self._chains: list[Chain | None] = [None] * count
        self._by_chain: dict[Chain, int] = {}
        self._kept: dict[int, None] = {}  # the longest unused first
        self._empty = list(range(count - 1, -1, -1))

    @property
    def available(self) -> int:
        """Blocks that can be taken now."""
        return len(self._empty) + len(self._kept)

    @property
    def in_use(self) -> int:
        return len(self._references) - self.available

    def holding(self, chains: Sequence[Chain]) -> list[int]:
        """The blocks with the longest known beginning of `chains`; refers to none of them yet."""
        found: list[int] = []
        for chain in chains:
            block = self._by_chain.get(chain)
            if block is None:
                break
            found.append(block)
        return found

    def unused(self, blocks: Sequence[int]) -> int:
        """How many of them nobody refers to: sharing these makes as many unavailable."""
        return sum(self._references[block] == 0 for block in blocks)

    def share(self, blocks: Sequence[int]) -> None:
        for block in blocks:
            self._references[block] += 1
            self._kept.pop(block, None)

    def take(self) -> int | None:
        """A block without a name, referred to once; None when all are in use."""
        if self._empty:
            block = self._empty.pop()
        elif self._kept:
            block = next(iter(self._kept))
            del self._kept[block]
            self._forget(block)
        else:
            return None
        self._references[block] = 1
        return block

    def name(self, block: int, chain: Chain) -> None:
        """The block is full and computed: from now on it is found. The first of equals is."""
        if self._by_chain.setdefault(chain, block) == block:
            self._chains[block] = chain

    def release(self, table: Sequence[int]) -> None:
        """Refers to them no more. The end of a table is forgotten before its beginning."""
        for block in reversed(table):
            self._references[block] -= 1
            if self._references[block] > 0:
                continue
            if self._chains[block] is None:
                self._empty.append(block)
            else:
                self._kept[block] = None

    def forget_all(self) -> None:
        """The device lost its content. Nobody may refer to a block any more."""
        self._empty.extend(self._kept)
        self._kept.clear()
        self._by_chain.clear()
        self._chains = [None] * len(self._chains)

    def _forget(self, block: int) -> None:
        chain = self._chains[block]
        if chain is not None:
            del self._by_chain[chain]
            self._chains[block] = None
