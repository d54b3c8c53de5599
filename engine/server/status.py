"""What runs here and how it is: /v1/models, /health, /metrics."""

from dataclasses import asdict
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from engine.cards import ModelCard
from engine.errors import UnknownModel
from engine.metrics import Metrics
from engine.registry import Registry, State

_OWNER = "colophon"


def model_routes(models: Registry) -> APIRouter:
    router = APIRouter()

    @router.get("/v1/models")
    async def list_models() -> dict[str, Any]:
        """Only those that are ready; /health tells of the others."""
        return {"object": "list", "data": [_card(card) for card in models.cards()]}

    @router.get("/v1/models/{model_id:path}/tokenizer")
    def tokenizer(model_id: str, request: Request) -> Response:
        """The embedder's tokenizer.json: with it a client counts tokens as the model does."""
        content = models.embedder_named(model_id)[1].tokenizer
        tag = f'"{sha256(content).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="application/json", headers=headers)

    @router.get("/v1/models/{model_id:path}")
    async def one_model(model_id: str) -> dict[str, Any]:
        for slot in models.slots():
            if slot.answers_to(model_id):
                return _card(slot.ready()[0])
        raise UnknownModel(f"There is no model named {model_id!r} here.")

    return router


def status_routes(models: Registry, metrics: Metrics) -> APIRouter:
    router = APIRouter()

    @router.get("/health")
    async def health() -> JSONResponse:
        """200 when every model is ready, else 503."""
        statuses = models.statuses()
        states = {status.state for status in statuses}
        overall = "loading"
        if State.FAILED in states:
            overall = "failed"
        elif states <= {State.READY}:
            overall = "ready"
        body = {"status": overall, "models": [asdict(status) for status in statuses]}
        return JSONResponse(body, 200 if overall == "ready" else 503)

    @router.get("/metrics")
    async def exposition() -> Response:
        return Response(metrics.exposition(), media_type="text/plain; version=0.0.4")

    return router


def _card(card: ModelCard) -> dict[str, Any]:
    """OpenAI's card; all that OpenAI's has no field for is under `colophon`."""
    extension = asdict(card)
    model_id, created = extension.pop("id"), extension.pop("created")
    return {
        "id": model_id,
        "object": "model",
        "created": created,
        "owned_by": _OWNER,
        "colophon": extension,
    }
