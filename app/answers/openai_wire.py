"""Shapes of OpenAI's chat completions, as far as a knowledge base speaks them.

Source: the official `openai` package's types. Fields that mean nothing here (temperature, tools, …)
are ignored, for clients send them unasked. Token counts are left out: what was generated and
withheld is no measure of what was read.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from app.answers.reader_links import reader_link
from app.shapes.asking import AnswerOut, CitationOut, ConfidenceOut, FiltersIn
from app.shapes.base import In, Out
from retrieval.answers import Outcome


class Part(BaseModel):
    """Of a content that is a list; only text is understood."""

    model_config = ConfigDict(frozen=True)
    type: str
    text: str = ""


class ChatMessageIn(BaseModel):
    model_config = ConfigDict(frozen=True)
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Part] | None = None


class ColophonIn(In):
    """The extension field of a question: which documents are wanted."""

    filters: FiltersIn = FiltersIn()


class ChatIn(BaseModel):
    model_config = ConfigDict(frozen=True)
    model: Annotated[str, Field(max_length=200)]
    messages: Annotated[list[ChatMessageIn], Field(min_length=1, max_length=500)]
    stream: bool = False
    n: Annotated[int, Field(ge=1, le=1)] = 1
    colophon: ColophonIn = ColophonIn()


class LinkedCitationOut(CitationOut):
    """`url` opens the Reader at the cited lines; null for a file attached to a question."""

    url: str | None


class ColophonOut(Out):
    """The extension field: where the answer comes from."""

    outcome: Outcome
    confidence: ConfidenceOut
    citations: list[LinkedCitationOut]
    closest: list[LinkedCitationOut]
    withheld: int
    degraded: str | None


class ChatMessageOut(Out):
    role: Literal["assistant"] = "assistant"
    content: str
    reasoning_content: str
    colophon: ColophonOut


class ChoiceOut(Out):
    index: Literal[0] = 0
    message: ChatMessageOut
    finish_reason: Literal["stop"] = "stop"


class ChatOut(Out):
    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int  # seconds since 1970
    model: str
    choices: list[ChoiceOut]


class DeltaOut(Out):
    role: Literal["assistant"] | None = None
    content: str | None = None
    reasoning_content: str | None = None


class ChunkChoiceOut(Out):
    index: Literal[0] = 0
    delta: DeltaOut
    finish_reason: Literal["stop"] | None = None

    @field_serializer("delta")
    def _what_it_adds(self, delta: DeltaOut) -> dict[str, str]:
        return delta.model_dump(exclude_none=True)


class ChatChunkOut(Out):
    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int  # seconds since 1970
    model: str
    choices: list[ChunkChoiceOut]
    colophon: ColophonOut | None = None  # in the last chunk


class ErrorDetailOut(Out):
    message: str
    type: str
    param: None = None
    code: str


class ErrorFrameOut(Out):
    """What ends a stream that failed after its first byte."""

    error: ErrorDetailOut


class ModelOut(Out):
    id: str
    object: Literal["model"] = "model"
    created: int  # seconds since 1970
    owned_by: Literal["colophon"] = "colophon"


class ModelsOut(Out):
    object: Literal["list"] = "list"
    data: list[ModelOut]


def colophon_out(answer: AnswerOut, home: str) -> ColophonOut:
    """`home`: where people open Colophon."""
    return ColophonOut(
        outcome=answer.outcome,
        confidence=answer.confidence,
        citations=_linked(answer.citations, home),
        closest=_linked(answer.closest, home),
        withheld=answer.withheld,
        degraded=answer.degraded,
    )


def _linked(citations: Sequence[CitationOut], home: str) -> list[LinkedCitationOut]:
    return [
        LinkedCitationOut(**citation.model_dump(), url=reader_link(home, citation))
        for citation in citations
    ]
