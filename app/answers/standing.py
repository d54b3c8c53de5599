"""Whether who asked may still be answered: asked anew while the answer is made.

An answer may take minutes. Without this, its stream would go on showing what was taken away from
its reader a moment after it began (docs/security.md).
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from starlette.concurrency import run_in_threadpool

from app.answers.stored_answers import cited_attachments, cited_documents, masked
from app.library.reading import Reading
from app.shapes.asking import AnswerOut
from retrieval.answer.events import AnswerEvent, Checked, Reasoned, Stage
from retrieval.errors import Forbidden
from retrieval.types import ATTACHED, Scope

EVERY_SECONDS: Final = 0.5  # between two looks while a model thinks aloud, word by word
CHANGED: Final = "What you may read changed while this was answered. Please ask again."


@dataclass(frozen=True, slots=True)
class Standing:
    """`now`: what the asker may read at this moment. Raises: Unauthenticated."""

    now: Callable[[], Scope]
    reading: Reading
    clock: Callable[[], float] = monotonic  # seconds

    async def guarded(
        self, events: AsyncIterator[AnswerEvent], chosen: Scope
    ) -> AsyncGenerator[AnswerEvent, None]:
        """The same events, without sentences whose document was taken away meanwhile.

        Raises: Unauthenticated, and Forbidden once the asker may not read all of `chosen` any more.
        """
        looked = self.clock()
        async for event in events:
            thinks = isinstance(event, Reasoned) and self.clock() - looked < EVERY_SECONDS
            if thinks or isinstance(event, Stage):
                yield event
                continue
            looked = self.clock()
            if await run_in_threadpool(self._may_see, event, chosen):
                yield event

    def shown(self, answer: AnswerOut) -> AnswerOut:
        """What of it may be shown now. Raises: Unauthenticated."""
        own = cited_attachments([answer])
        shelved = cited_documents([answer]) - own
        return masked(answer, self.reading.readable(shelved, self.now()) | own)

    def _may_see(self, event: AnswerEvent, chosen: Scope) -> bool:
        now = self.now()
        lost = chosen.knowledge_bases - now.knowledge_bases
        if lost or now.withheld_sources - chosen.withheld_sources:
            raise Forbidden(CHANGED)
        if not isinstance(event, Checked):
            return True
        shelved = {c.document for c in event.citations if c.knowledge_base != ATTACHED}
        return shelved <= self.reading.readable(shelved, now)
