"""A follow-up question as one that stands alone, with any model and without one.

A tiny model rewrites "And for managers?" into nonsense. Rules put what is safe to put into the
question that it leans on (`rewriting.py`); otherwise that question is put in front.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answer.asking.rewriting import resolved, rewritten
from retrieval.text.language import content_terms

MOST_QUESTIONS_BACK = 3
FEW_TERMS = 1  # a question of one meaning-bearing term leans on the one before

_POINTING = r"(?:this|that|these|those|there)"
_LEANS = re.compile(
    r"^(?:and|but|or|so|then|also|what about|how about|what if|why|why not|how so|how come|really|"
    r"what else|anything else|which one|since when|until when|by when|ok)\b"
    r"|\b(?:its?|they|them|theirs?|he|him|his|she|hers?|the same|"
    r"the (?:former|latter|first one|second one|other one)|instead)\b"
    rf"|\b{_POINTING}\s*(?:[?.!,]|$)"
    rf"|\b(?:is|are|was|were|does|do|did|can|about|for|of|like|with|to)\s+{_POINTING}\b(?!\s+(?:year|is|are))",
    re.IGNORECASE,
)
_EMPTY_SUBJECT = re.compile(
    r"\b(?:there (?:is|are|was|were|be|any|a)|(?:is|are|was|were) there|it takes?|does it take|"
    r"is it (?:possible|allowed|true))\b",
    re.IGNORECASE,
)
_TAKES = re.compile(r"\b(?:it takes?|does it take)\b", re.IGNORECASE)
_LEANS_ZH = re.compile(
    "^(?:那|还有|另外|然后|而|为什么[？?]?$|为何[？?]?$|怎么办)|它|[他她]们?|这(?!里|次|一)|那[个些种样]"
    "|(?<!应)该(?=[^怎如])|上述|前者|后者|同样|呢\\s*[？?]?$"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation and the answer as it was shown; never reasoning."""

    question: str
    answer_text: str


@dataclass(frozen=True, slots=True)
class Standalone:
    """`searched` is `itself` with what it leans on, where no rule could put one into the other."""

    itself: str
    leans_on: str = ""  # what was asked before

    @property
    def searched(self) -> str:
        return f"{self.leans_on} {self.itself}".strip()


def condense_question(question: str, history: Sequence[Turn]) -> Standalone:
    """The question itself, rewritten, or with the one it leans on in front of it."""
    earlier = ""
    for turn in history[-MOST_QUESTIONS_BACK:]:
        earlier = _after(earlier, turn.question.strip()).searched
    return _after(earlier, question.strip())


def _after(earlier: str, question: str) -> Standalone:
    if not earlier or not leans(question):
        return Standalone(question)
    alone = rewritten(question, earlier)
    return Standalone(alone) if alone else Standalone(resolved(question, earlier), earlier)


def leans(question: str) -> bool:
    """Whether a question makes sense only after another: it points back or is very short."""
    without = _EMPTY_SUBJECT.sub(" ", question)
    if _LEANS.search(without) or _LEANS_ZH.search(question):
        return True
    if _TAKES.search(question) and len(set(content_terms(question))) <= FEW_TERMS + 1:
        return True  # "How long does it take to deliver?": what?
    return len(set(content_terms(question))) <= FEW_TERMS
