"""/v1/embeddings and /v1/rerank."""

import asyncio
import base64
import re
from typing import Any

import numpy as np
from fastapi import APIRouter, Request

from engine.errors import BadRequest
from engine.registry import Registry
from engine.runners import Embedded, Haste, Vector
from engine.server.shapes import EmbeddingsIn, RerankIn
from engine.server.visit import VisitDep
from engine.server.waiting import unless_client_leaves
from engine.texts import rough_tokens

_URGENCY = re.compile(r"(?:^|[\s,])u=([0-7])")
_BACKGROUND_URGENCY = 5
_MOST_NOW = 4_000  # rough tokens: the sentences of an answer's sources, but no batch of passages


def vector_routes(models: Registry) -> APIRouter:
    router = APIRouter()

    @router.post("/v1/embeddings")
    async def embed(body: EmbeddingsIn, request: Request, visit: VisitDep) -> dict[str, Any]:
        """Texts are embedded as given: a prefix that the model asks for is the caller's to put."""
        size = sum(rough_tokens(text) for text in body.texts)
        haste = haste_of(request.headers.get("priority", ""), size)
        card, runner = models.embedder_named(body.model)
        if absent := body.heads - set(card.heads):
            named = ", ".join(sorted(absent))
            raise BadRequest(f"This model has no head {named}.", param="heads")
        visit.enter(card.id, size)
        future = runner.submit(body.texts, haste, body.heads)
        found = await unless_client_leaves(request, asyncio.wrap_future(future))
        dimension = found.vectors.shape[1]
        if body.dimensions not in (None, dimension):
            raise BadRequest(f"This model makes vectors of {dimension} only.", param="dimensions")
        visit.read("embedder", found.tokens)
        visit.metrics.truncated.inc(found.truncated)
        return {
            "object": "list",
            "model": card.id,
            "data": [
                {
                    "object": "embedding",
                    "index": index,
                    "embedding": _encode(vector, body),
                    **_further(found, index, body),
                }
                for index, vector in enumerate(found.vectors)
            ],
            "usage": _usage(found.tokens),
        }

    @router.post("/v1/rerank")
    async def rerank(body: RerankIn, request: Request, visit: VisitDep) -> dict[str, Any]:
        """Best first, in the form that vLLM, TEI and Infinity share."""
        card, runner = models.reranker_named(body.model)
        query = rough_tokens(body.query)
        visit.enter(card.id, sum(query + rough_tokens(document) for document in body.documents))
        future = runner.submit(body.query, body.documents)
        ranked = await unless_client_leaves(request, asyncio.wrap_future(future))
        visit.read("reranker", ranked.tokens)
        best = np.argsort(-ranked.scores, kind="stable")[: body.top_n]
        return {
            "object": "list",
            "model": card.id,
            "results": [_result(body, ranked.scores, int(index)) for index in best],
            "usage": _usage(ranked.tokens),
        }

    return router


def _usage(tokens: int) -> dict[str, int]:
    return {"prompt_tokens": tokens, "total_tokens": tokens}


def haste_of(priority: str, size: int) -> Haste:
    """`priority` as in RFC 9218: u=0 … u=7, below 5 a person waits. Not said: by the size, in
    rough tokens.
    """
    said = _URGENCY.search(priority)
    if said is not None:
        return Haste.NOW if int(said[1]) < _BACKGROUND_URGENCY else Haste.BACKGROUND
    return Haste.NOW if size <= _MOST_NOW else Haste.BACKGROUND


def _further(found: Embedded, index: int, body: EmbeddingsIn) -> dict[str, Any]:
    further: dict[str, Any] = {}
    if found.sparse:
        sparse = found.sparse[index]
        further["sparse"] = {"indices": list(sparse), "values": list(sparse.values())}
    if found.multi_vector:
        further["multi_vector"] = [_encode(vector, body) for vector in found.multi_vector[index]]
    return further


def _encode(vector: Vector, body: EmbeddingsIn) -> str | list[float]:
    if body.encoding_format == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
    numbers: list[float] = vector.tolist()
    return numbers


def _result(body: RerankIn, scores: Vector, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {"index": index, "relevance_score": float(scores[index])}
    if body.return_documents:
        result["document"] = {"text": body.documents[index]}
    return result
