"""The routes put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.concurrency import run_in_threadpool

from engine.metrics import Metrics
from engine.registry import Registry
from engine.server.chat import chat_routes
from engine.server.failures import install_failures
from engine.server.limits import BodyLimit, key_check
from engine.server.status import health_routes, metrics_routes, model_routes
from engine.server.vectors import embedding_routes, rerank_routes


def build_application(models: Registry, api_key: str | None, start: Callable[[], None]) -> FastAPI:
    """`start` begins to load the models; it must return at once."""

    @asynccontextmanager
    async def life(_application: FastAPI) -> AsyncIterator[None]:
        start()
        yield
        await run_in_threadpool(models.close)

    metrics = Metrics(models)
    application = FastAPI(title="Colophon engine", lifespan=life)
    application.add_middleware(BodyLimit)
    install_failures(application, metrics)
    application.include_router(health_routes(models))
    guards = [Depends(key_check(api_key))]
    for router in (
        model_routes(models),
        chat_routes(models, metrics),
        embedding_routes(models, metrics),
        rerank_routes(models, metrics),
        metrics_routes(metrics),
    ):
        application.include_router(router, dependencies=guards)
    return application
