"""The engine over the OpenAI wire: our own, vLLM, SGLang or TEI, told apart by a URL alone."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from app.models.errors import engine_errors_translated
from app.models.waits import Waits
from retrieval.errors import Overloaded, Unavailable
from retrieval.ports import Delta, Embedder, EmbedderIdentity, Generator, Message, Queue, Terms
from retrieval.types import Vector

Part = TypeVar("Part", Embedder, Generator)
SEARCH_MODEL, RERANKER, LANGUAGE_MODEL = "search model", "reranker", "language model"


@dataclass(frozen=True, slots=True)
class EngineEmbedder:
    """retrieval.ports.Embedder. The prefixes are put here, so any server gives the same vectors."""

    client: OpenAI
    identity: EmbedderIdentity
    priority: str = "u=1"  # RFC 9218; our engine obeys it, others ignore it

    def embed_question(self, question: str) -> Vector:
        vectors = self._embed([self.identity.query_prefix + question])
        first: Vector = vectors[0]
        return first

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        return self._embed([self.identity.passage_prefix + text for text in texts])

    def _embed(self, texts: list[str]) -> Vector:
        if not texts:
            return np.zeros((0, self.identity.dimension), np.float32)
        with engine_errors_translated(SEARCH_MODEL):
            # The client asks for base64 and decodes it: a third of the bytes of a JSON list.
            response = self.client.embeddings.create(
                model=self.identity.model, input=texts, extra_headers={"Priority": self.priority}
            )
        vectors = np.asarray([item.embedding for item in response.data], np.float32)
        if vectors.shape != (len(texts), self.identity.dimension):
            raise Unavailable(
                f"The search model gives vectors of {vectors.shape[-1]} numbers where the "
                f"settings say {self.identity.dimension}. Please correct models.embedder."
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vector = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
        return unit


@dataclass(frozen=True, slots=True)
class EngineReranker:
    """retrieval.ports.Reranker over `/v1/rerank`."""

    client: OpenAI
    model: str

    def score(self, question: str, texts: Sequence[str]) -> Vector:
        scores = np.zeros(len(texts), np.float32)
        if not texts:
            return scores
        body = {"model": self.model, "query": question, "documents": list(texts)}
        with engine_errors_translated(RERANKER):
            answer: Any = self.client.post("/rerank", cast_to=object, body=body)
        for result in answer["results"]:
            scores[result["index"]] = result["relevance_score"]
        return scores


@dataclass(frozen=True, slots=True)
class EngineGenerator:
    """retrieval.ports.Generator. Greedy: the same question and sources give the same answer.

    `is_near` False: the server is not told who asks, and nothing that OpenAI's own refuses.
    """

    client: AsyncOpenAI
    model: str
    waits: Waits = field(default_factory=Waits)
    is_near: bool = True
    priority: str = "u=1"  # RFC 9218, as of the embedder

    async def stream(
        self, messages: Sequence[Message], terms: Terms
    ) -> AsyncGenerator[Delta, None]:
        request = object()
        try:
            async with aclosing(self._deltas(messages, terms)) as deltas:
                async for delta in deltas:
                    if delta.queue is not None:
                        self.waits.tell(request, delta.queue.seconds)
                    else:
                        self.waits.end(request)
                    yield delta
        except Overloaded as error:
            self.waits.refuse(error.retry_after)
            raise
        finally:
            self.waits.end(request)

    async def _deltas(
        self, messages: Sequence[Message], terms: Terms
    ) -> AsyncGenerator[Delta, None]:
        with engine_errors_translated(LANGUAGE_MODEL):
            stream = await self.client.chat.completions.create(
                model=self.model,
                messages=[_wire(message) for message in messages],
                max_tokens=terms.tokens,
                temperature=0.0,
                stream=True,
                **self._further(terms),
            )
            # Leaving the block closes the connection, and the engine stops generating.
            async with stream:
                async for chunk in stream:
                    place = _place(chunk)
                    if place is not None:
                        yield Delta(queue=place)
                    if not chunk.choices:
                        continue
                    delta = chunk.choices[0].delta
                    extra = delta.model_extra or {}
                    # vLLM's name since 0.11 comes second.
                    reasoning = extra.get("reasoning_content") or extra.get("reasoning") or ""
                    if reasoning:
                        yield Delta(reasoning=reasoning)
                    if delta.content:
                        yield Delta(content=delta.content)

    def _further(self, terms: Terms) -> dict[str, Any]:
        """What our engine obeys; vLLM and SGLang pass over what they do not know."""
        if not self.is_near:
            return {}
        further: dict[str, Any] = {"extra_headers": {"Priority": self.priority}}
        if terms.asker:
            further["user"] = terms.asker
        if terms.thinking is not None:
            further["extra_body"] = {"thinking_budget": terms.thinking}
        return further


def unhurried(model: Part) -> Part:
    """The same for work that nobody waits for: people's questions go first."""
    if isinstance(model, EngineEmbedder | EngineGenerator):
        return replace(model, priority="u=6")
    return model


def _place(chunk: ChatCompletionChunk) -> Queue | None:
    """In the queue of our engine; other servers tell none."""
    match chunk.model_extra:
        case {"colophon": {"queue": {"ahead": int(ahead), "seconds": float() | int() as seconds}}}:
            return Queue(ahead, float(seconds))
        case _:
            return None


def _wire(message: Message) -> ChatCompletionMessageParam:
    match message.role:
        case "system":
            return {"role": "system", "content": message.content}
        case "assistant":
            return {"role": "assistant", "content": message.content}
        case _:
            return {"role": "user", "content": message.content}
