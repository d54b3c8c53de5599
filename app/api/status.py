"""How Colophon is: for people at /api/v1/status, for machines at the probes."""

from importlib.metadata import version

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.api.deps import CurrentUser, PlatformDep
from app.edge.readiness import reasons_not_ready, state_of
from app.shapes.people import StatusOut
from app.shapes.status import HealthOut, ReadyOut

router = APIRouter(prefix="/status", tags=["status"])
probes = APIRouter(tags=["probes"])


@router.get("")
def get_status(_user: CurrentUser, platform: PlatformDep) -> StatusOut:
    """What the models are doing, and whether searching and answering work now."""
    models = platform.model_status.models()
    return StatusOut(
        version=version("colophon"),
        models=models,
        search_ready=state_of(models, "embedder") == "ready",
        answers_ready=state_of(models, "embedder") == state_of(models, "generator") == "ready",
    )


@probes.get("/healthz")
def get_health() -> HealthOut:
    """The process lives. Says nothing about what it depends on."""
    return HealthOut(status="alive")


@probes.get("/readyz", responses={503: {"model": ReadyOut}})
def get_readiness(response: Response, platform: PlatformDep) -> ReadyOut:
    """The database answers and search is possible; otherwise 503 and why not."""
    reasons = reasons_not_ready(platform.database, platform.model_status.models())
    response.status_code = 503 if reasons else 200
    return ReadyOut(ready=not reasons, reasons=reasons)


@probes.get("/metrics", response_class=Response)
def get_metrics(platform: PlatformDep) -> Response:
    """For Prometheus."""
    return Response(generate_latest(platform.metrics.registry), media_type=CONTENT_TYPE_LATEST)
