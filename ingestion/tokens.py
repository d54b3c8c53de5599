"""How long a text is for the embedder: counted by its tokenizer, or estimated without one."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

MARK_TOKENS: Final = 1.3  # of a mark, the dearest of all characters
# What a multilingual tokenizer makes of a character on average, fitted to multilingual-e5-small on
# office documents, tables, CMRC 2018 and SQuAD 2: the true number is within 30 % of the estimate,
# but for rows of dots. Han, kana, hangul and full-width forms stand first, so that the class
# decides for their marks, too.
_WIDE: Final = r"\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
_COSTS: Final = (
    (re.compile(f"[{_WIDE}]"), 0.8),
    (re.compile(r"[A-Za-z]"), 0.24),
    (re.compile(r"\d"), 0.4),
    (re.compile(r"\w"), 0.35),
    (re.compile(r"\S"), MARK_TOKENS),
)


class TokenCounter(Protocol):
    @property
    def identity(self) -> str:
        """Equal for counters that count alike. Raises: Unavailable while the embedder loads."""
        ...

    @property
    def room(self) -> int:
        """Tokens of a passage that the embedder reads, its own prefix and marks not counted.

        Raises: Unavailable while the embedder loads.
        """
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without marks. Raises: Unavailable while the embedder loads."""
        ...


@dataclass(frozen=True, slots=True)
class EstimatedTokens:
    """A TokenCounter for embedders whose tokenizer cannot be had."""

    room: int = 500  # of the 512 that most embedders read at least
    identity: str = "estimate"

    def count(self, texts: Sequence[str]) -> list[int]:
        return [estimate_tokens(text) for text in texts]


def estimate_tokens(text: str) -> int:
    """Tokens that a multilingual tokenizer makes of `text`, about; never more for a part of it."""
    tokens = 0.0
    for kind, cost in _COSTS:
        text, found = kind.subn("", text)
        tokens += found * cost
    return math.ceil(tokens)


@dataclass(frozen=True, slots=True)
class Ruler:
    """Counts that are asked for in batches, and remembered for the length of one document."""

    counter: TokenCounter
    _known: dict[str, int] = field(default_factory=dict)

    def measure(self, texts: Iterable[str]) -> None:
        """Counts these texts together: a call for each would cost many times as much."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        if unknown:
            self._known.update(zip(unknown, self.counter.count(unknown), strict=True))

    def tokens(self, text: str) -> int:
        if text not in self._known:
            self.measure([text])
        return self._known[text]
