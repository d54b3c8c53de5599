"""What one answer may take, and how much less when too many ask at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from retrieval.answer.context.tokens import BYTES_OF_A_WIDE_LETTER
from retrieval.answers import Reduced
from retrieval.ports import Permit
from retrieval.text.language import Language

# Times one's patience that a question would wait, up to which an answer is only shorter, or made
# from fewer passages; beyond, the model is not asked.
SHORTER_UNTIL, FEWER_UNTIL = 2.0, 4.0


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """`languages` are those the model writes; a question in another one is answered by quotes.

    `wide_letter_tokens`: what a Han letter takes of `context_tokens` at most (`tokens.py`).
    `rephrases`: the model puts a follow-up into words of its own where no rule can.
    """

    passages: int = 6
    context_tokens: int = 3000
    answer_tokens: int = 600
    languages: frozenset[Language] = frozenset({"en", "zh"})
    wide_letter_tokens: float = BYTES_OF_A_WIDE_LETTER
    rephrases: bool = False
    thinking_tokens: int | None = None  # of `answer_tokens`, for reasoning; None: no limit

    def under(self, reduced: Reduced | None) -> "AnswerLimits":
        """What is left of them when too many ask at once."""
        if reduced is None:
            return self
        half, quarter = self.answer_tokens // 2, self.answer_tokens // 4
        shorter = replace(self, answer_tokens=half, thinking_tokens=quarter)
        if reduced is Reduced.SHORTER:
            return shorter
        return replace(shorter, context_tokens=self.context_tokens // 2)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Those who wait for the model, and how long an asker would mind to wait among them."""

    wait: Callable[[], float]  # seconds until the model would begin with a question of now
    patience: float  # seconds; 0: for ever
    relieved: bool = False  # questions with a permit need not wait: they go elsewhere

    def cost(self, permit: Permit | None) -> Reduced | None:
        if self.relieved and permit is not None:
            return None
        return degrade(self.wait(), self.patience)


def degrade(seconds: float, patience: float) -> Reduced | None:
    """What is given up so that those who wait `seconds` for the model get on."""
    if patience <= 0 or seconds <= patience:
        return None
    if seconds <= SHORTER_UNTIL * patience:
        return Reduced.SHORTER
    return Reduced.FEWER if seconds <= FEWER_UNTIL * patience else Reduced.QUOTES
