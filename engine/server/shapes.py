"""Bodies of the requests.

Fields that the engine does not know are ignored, as OpenAI clients expect; fields that would change
the answer and cannot be honoured are refused.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.runners import Head

_TEXT_LIMIT = 1_000_000  # characters of one text; the models read far less
_BATCH_LIMIT = 2048  # texts, the same limit as OpenAI's


Text = Annotated[str, Field(min_length=1, max_length=_TEXT_LIMIT)]


class Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    model: str = ""


class TextPart(BaseModel):
    type: Literal["text"]
    text: str = Field(max_length=_TEXT_LIMIT)


class MessageIn(BaseModel):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    include_usage: bool = False


class JsonSchema(BaseModel):
    schema_: dict[str, Any] = Field(alias="schema")


class ResponseFormat(BaseModel):
    type: Literal["text", "json_object", "json_schema"] = "text"
    json_schema: JsonSchema | None = None

    @model_validator(mode="after")
    def named(self) -> Self:
        if (self.type == "json_schema") == (self.json_schema is None):
            raise ValueError("json_schema comes with the type of its name, and only with that")
        return self

    @property
    def schema_wanted(self) -> dict[str, Any] | None:
        if self.json_schema is not None:
            return self.json_schema.schema_
        return {"type": "object"} if self.type == "json_object" else None


class ChatIn(Body):
    messages: list[MessageIn] = Field(min_length=1, max_length=1000)
    stream: bool = False
    stream_options: StreamOptions | None = None
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    seed: int | None = Field(default=None, ge=-(2**63), lt=2**63)
    stop: str | list[str] | None = None
    n: Literal[1] | None = None
    logprobs: bool | None = None
    top_logprobs: Literal[0] | None = None
    user: str = Field(default="", max_length=200)  # shares are equal between users
    # As vLLM names them. `top_k` -1 or 0: all; a lower `priority` goes first.
    top_k: int | None = Field(default=None, ge=-1, lt=2**31)
    min_p: float | None = Field(default=None, ge=0, le=1)
    repetition_penalty: float | None = Field(default=None, gt=0, le=10)
    priority: int = Field(default=0, ge=-1000, le=1000)
    thinking_budget: int | None = Field(default=None, ge=0)  # tokens of reasoning
    timeout: float | None = Field(default=None, gt=0, le=86_400)  # seconds until the answer ends
    tools: list[Any] | None = Field(default=None, max_length=0)
    response_format: ResponseFormat | None = None

    @property
    def stop_words(self) -> tuple[str, ...]:
        words = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return tuple(word for word in words if word)


class EmbeddingsIn(Body):
    input: Text | Annotated[list[Text], Field(min_length=1, max_length=_BATCH_LIMIT)]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None
    # Besides the dense vectors, where the model's card names them under `heads`.
    heads: frozenset[Head] = frozenset()

    @property
    def texts(self) -> list[str]:
        return [self.input] if isinstance(self.input, str) else self.input


class RerankIn(Body):
    query: Text
    documents: list[Text] = Field(min_length=1, max_length=_BATCH_LIMIT)
    top_n: int | None = Field(default=None, ge=1)
    return_documents: bool = False
