"""The HTTP application: every router, the error table and the middleware around them."""

import re
import time
from functools import partial
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema
from starlette.middleware.gzip import GZipMiddleware

from app.api import (
    alerts,
    answers,
    attachments,
    audit,
    conversations,
    doctor,
    documents,
    explain,
    facets,
    groups,
    jobs,
    knowledge_bases,
    me,
    missed,
    openai,
    pages,
    quality,
    search,
    session,
    snapshots,
    sources,
    status,
    users,
)
from app.api.deps import get_admin_user, get_current_user
from app.edge.api_page import add_api_page
from app.edge.body_limit import BodyLimit, UploadDoor
from app.edge.request_log import RequestLog
from app.edge.trusted_hosts import TrustedHosts
from app.edge.web_files import WebFiles
from app.errors import answer_errors
from app.platform import Platform
from app.security_headers import SecurityHeaders
from app.shapes.asking import (
    FailedEvent,
    FinishedEvent,
    ReasoningEvent,
    SentenceEvent,
    StageEvent,
    StartedEvent,
)
from app.shapes.base import ErrorOut
from app.tokens import new_id

DOCUMENTS: Final = re.compile(r"/api/v1/admin/knowledge-bases/[^/]+/documents")
ATTACHED: Final = re.compile(r"/api/v1/attachments")

# Under /api/v1.
API_ROUTERS = (
    doctor.router,
    session.router,
    me.router,
    status.router,
    users.router,
    groups.router,
    audit.router,
    answers.router,
    attachments.router,
    search.router,
    conversations.router,
    documents.router,
    pages.router,
    facets.router,
    knowledge_bases.router,
    snapshots.router,
    sources.router,
    alerts.router,
    jobs.router,
    quality.router,
    explain.router,
    missed.router,
)
# At the root: probes, and what OpenAI clients call.
ROOT_ROUTERS = (status.probes, openai.router)

# They travel inside text/event-stream, where OpenAPI cannot see them; the web's types need them.
EVENTS: Final = (
    StartedEvent,
    StageEvent,
    ReasoningEvent,
    SentenceEvent,
    FinishedEvent,
    FailedEvent,
)
# Spelled out, because FastAPI would give the error of a stream the stream's media type.
ERROR: Final[dict[int | str, dict[str, Any]]] = {
    "default": {
        "description": "A sentence for the user",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorOut"}}},
    }
}


class ColophonApi(FastAPI):
    """FastAPI whose schema also names the shapes that no route's type mentions."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            schema = super().openapi()
            _, described = models_json_schema(
                [(shape, "serialization") for shape in (ErrorOut, *EVENTS)],
                ref_template="#/components/schemas/{model}",
            )
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            schemas.update(described["$defs"])
        return super().openapi()


def routed_app() -> ColophonApi:
    """All routes, described but without a platform: enough for the OpenAPI schema."""
    app = ColophonApi(
        title="Colophon",
        version=version("colophon"),
        docs_url=None,  # loads scripts from elsewhere, which our policy forbids: see add_api_page
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_function_name,
        responses=ERROR,
    )
    for router in API_ROUTERS:
        app.include_router(router, prefix="/api/v1")
    for router in ROOT_ROUTERS:
        app.include_router(router)
    add_api_page(app)
    answer_errors(app)
    return app


def create_app(platform: Platform) -> FastAPI:
    """The application on its parts. It opens and closes nothing."""
    app = routed_app()
    app.state.platform = platform
    settings = platform.settings
    app.router.default = WebFiles(settings.server.web_dist)
    # NOTE: the last one added is the outermost.
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(
        BodyLimit,
        doors=(
            UploadDoor(DOCUMENTS, settings.uploads.max_bytes, partial(_admit_upload, platform)),
            UploadDoor(ATTACHED, settings.attachments.max_bytes, partial(_admit_file, platform)),
        ),
    )
    app.add_middleware(TrustedHosts, names=settings.server.answers_to)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog, metrics=platform.metrics, new_id=new_id, timer=time.perf_counter)
    return app


def _function_name(route: APIRoute) -> str:
    return route.name


def _admit_upload(platform: Platform, request: Request) -> None:
    """Raises what the route would raise, before its body is read."""
    get_admin_user(get_current_user(request, platform))
    platform.blobs.require_room(_announced(request))


def _admit_file(platform: Platform, request: Request) -> None:
    """The same for a file that somebody attaches to a question."""
    user = get_current_user(request, platform)
    platform.attachments.admit(user.id, _announced(request))


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0
