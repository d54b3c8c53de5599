"""How likely the sources answer a question: the code that answers, up to where a model is asked."""

from contextlib import aclosing
from dataclasses import dataclass, replace

import anyio

from retrieval.answer.answerer import Answerer
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import Finished
from retrieval.errors import Unavailable
from retrieval.types import Scope


@dataclass(frozen=True, slots=True)
class AnswerChances:
    answerer: Answerer

    def of(self, question: str, scope: Scope) -> float:
        """Chance, 0 to 1. For threads without an event loop.

        Raises: Invalid for a blank or too long question, Unavailable.
        """
        # A model that writes no language is not asked: what is shown then are quotes.
        silent = replace(self.answerer.limits, languages=frozenset())
        return anyio.run(_chance, replace(self.answerer, limits=silent), Inquiry(question, scope))


async def _chance(answerer: Answerer, inquiry: Inquiry) -> float:
    async with aclosing(answerer.answer(inquiry)) as events:
        async for event in events:
            if isinstance(event, Finished) and event.trace is not None:
                return event.trace.answerable
    raise Unavailable("The question could not be judged. Please try again.")
