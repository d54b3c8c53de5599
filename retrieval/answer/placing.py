"""Answers whose citations say on which lines of which page their quotes stand."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol

from anyio import to_thread

from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import AnswerEvent, Checked, Finished
from retrieval.answer.places import place_of
from retrieval.answer.writing.stopping import StopSignal
from retrieval.answers import Citation
from retrieval.store.cited import CitedText
from retrieval.types import ChunkId


class CitedTexts(Protocol):
    def texts(self, cited: Collection[ChunkId]) -> Mapping[ChunkId, CitedText]:
        """Without those that are not stored, such as the files of a conversation."""
        ...


class Answers(Protocol):
    def answer(
        self, inquiry: Inquiry, stop: StopSignal | None = None
    ) -> AsyncGenerator[AnswerEvent, None]: ...


@dataclass(frozen=True, slots=True)
class PlacedAnswers:
    """The same events as those of `answers`, with every citation placed."""

    answers: Answers
    cited: CitedTexts

    async def answer(
        self, inquiry: Inquiry, stop: StopSignal | None = None
    ) -> AsyncGenerator[AnswerEvent, None]:
        placing = _Placing(self.cited)
        async with aclosing(self.answers.answer(inquiry, stop)) as events:
            async for event in events:
                if isinstance(event, Checked | Finished):
                    yield await to_thread.run_sync(placing.placed, event)
                else:
                    yield event


@dataclass(slots=True)
class _Placing:
    """Of one answer: what was placed while it was written is not read again at its end."""

    cited: CitedTexts
    known: dict[Citation, Citation] = field(default_factory=dict)

    def placed(self, event: Checked | Finished) -> Checked | Finished:
        if isinstance(event, Checked):
            return replace(event, citations=self._placed(event.citations))
        answer = event.answer
        self._learn((*answer.citations, *answer.closest))
        return replace(
            event,
            answer=replace(
                answer,
                citations=self._placed(answer.citations),
                closest=self._placed(answer.closest),
            ),
        )

    def _placed(self, citations: Sequence[Citation]) -> tuple[Citation, ...]:
        self._learn(citations)
        return tuple(self.known[citation] for citation in citations)

    def _learn(self, citations: Sequence[Citation]) -> None:
        new = [citation for citation in citations if citation not in self.known]
        if new:
            texts = self.cited.texts({citation.chunk for citation in new})
            self.known.update(
                (citation, _at_its_place(citation, texts.get(citation.chunk))) for citation in new
            )


def _at_its_place(citation: Citation, text: CitedText | None) -> Citation:
    place = place_of(citation.quote, text) if text is not None else None
    if place is None:
        return citation
    return replace(
        citation,
        page=place.page,
        boxes=place.boxes,
        first_line=place.first_line,
        last_line=place.last_line,
    )
