"""The engine over the OpenAI wire: our own, vLLM, SGLang or TEI, told apart by a URL alone."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionMessageParam

from app.models.errors import engine_errors_translated
from retrieval.errors import Unavailable
from retrieval.ports import Delta, Embedder, EmbedderIdentity, Message, Terms
from retrieval.types import Vector

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


def unhurried(embedder: Embedder) -> Embedder:
    """The same for work that nobody waits for: people's questions go first."""
    if isinstance(embedder, EngineEmbedder):
        return replace(embedder, priority="u=6")
    return embedder


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
    """retrieval.ports.Generator. Greedy: the same question and sources give the same answer."""

    client: AsyncOpenAI
    model: str

    async def stream(self, messages: Sequence[Message], terms: Terms) -> AsyncIterator[Delta]:
        with engine_errors_translated(LANGUAGE_MODEL):
            stream = await self.client.chat.completions.create(
                model=self.model,
                messages=[_wire(message) for message in messages],
                max_tokens=terms.tokens,
                temperature=0.0,
                stream=True,
            )
            # Leaving the block closes the connection, and the engine stops generating.
            async with stream:
                async for chunk in stream:
                    if not chunk.choices:
                        continue
                    delta = chunk.choices[0].delta
                    reasoning = (delta.model_extra or {}).get("reasoning_content") or ""
                    if reasoning:
                        yield Delta(reasoning=reasoning)
                    if delta.content:
                        yield Delta(content=delta.content)


def _wire(message: Message) -> ChatCompletionMessageParam:
    match message.role:
        case "system":
            return {"role": "system", "content": message.content}
        case "assistant":
            return {"role": "assistant", "content": message.content}
        case _:
            return {"role": "user", "content": message.content}
