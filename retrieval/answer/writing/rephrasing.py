"""A follow-up made into a question of its own by the model, where no rule is sure.

For models that are large enough (`AnswerLimits.rephrases`). It sees the questions of the
conversation alone, never an answer or reasoning, and what it makes is checked: it must keep what
was asked and bring nothing of its own. Else the two questions are searched together, as without it.
"""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

from retrieval.answer.asking.condense import Standalone, leans
from retrieval.answer.asking.gathering import Part
from retrieval.answer.context.prompts import rephrasing_messages
from retrieval.answer.writing.stopping import StopSignal, deltas_until
from retrieval.errors import Overloaded, Unavailable
from retrieval.facts.figures import figure_set, figures_of
from retrieval.ports import Generator, Terms
from retrieval.text.language import content_terms, language_of
from retrieval.text.plain_text import plain_sentence

MOST_TOKENS = 1_000  # reasoning included
LONGEST = 300  # characters
KEPT = 0.5  # share of the follow-up's words of meaning
OWN_WORDS = 1  # of meaning that stand in none of the questions: "cost" for "how much"
_MARKS = ("?", "？")


async def rephrased(
    parts: Sequence[Part], generator: Generator, terms: Terms, stop: StopSignal | None
) -> tuple[Part, ...]:
    """The same parts, the first as the model puts it, if that holds."""
    first, *others = parts
    if not first.alone.leans_on:
        return tuple(parts)
    said = ""
    messages = rephrasing_messages(first.alone.leans_on, first.text, language_of(first.text))
    short = replace(terms, tokens=MOST_TOKENS)
    try:
        async with aclosing(deltas_until(generator, messages, short, stop)) as deltas:
            async for delta in deltas:
                said += delta.content
    except (Unavailable, Overloaded):
        return tuple(parts)
    question = plain_sentence(said.strip())
    if not holds(question, first.text, first.alone.leans_on):
        return tuple(parts)
    return (replace(first, alone=Standalone(question)), *others)


def holds(candidate: str, follow_up: str, earlier: str) -> bool:
    """Whether it is one short question that says what was asked and nothing else."""
    marks = sum(candidate.count(mark) for mark in _MARKS)
    if not candidate.endswith(_MARKS) or marks != 1 or len(candidate) > LONGEST:
        return False
    if language_of(candidate) != language_of(follow_up) or leans(candidate):
        return False
    asked, before, made = (set(content_terms(t)) for t in (follow_up, earlier, candidate))
    keeps = len(asked & made) >= KEPT * len(asked) and len(made - asked - before) <= OWN_WORDS
    return keeps and _same_figures(candidate, follow_up, earlier)


def _same_figures(candidate: str, follow_up: str, earlier: str) -> bool:
    """All of the follow-up's, and no other than those of the two questions."""
    kept, known = figure_set(candidate), figure_set(f"{earlier}\n{follow_up}")
    return all(map(kept.states, figures_of(follow_up))) and all(
        map(known.states, figures_of(candidate))
    )
