"""The routes put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from engine.keys import Accounts
from engine.metrics import Metrics
from engine.registry import Registry
from engine.server.chat import chat_routes
from engine.server.door import Door
from engine.server.failures import install_failures
from engine.server.status import model_routes, status_routes
from engine.server.vectors import vector_routes


def build_application(
    models: Registry,
    accounts: Accounts | None,
    start: Callable[[], None],
    log: Callable[[str], None],
) -> FastAPI:
    """`start` begins to load the models; it must return at once. The others: see Door."""

    @asynccontextmanager
    async def life(_application: FastAPI) -> AsyncIterator[None]:
        start()
        yield
        await run_in_threadpool(models.close)

    metrics = Metrics(models)
    application = FastAPI(title="Colophon engine", lifespan=life)
    application.add_middleware(Door, accounts=accounts, metrics=metrics, log=log)
    install_failures(application)
    application.include_router(chat_routes(models))
    application.include_router(vector_routes(models))
    application.include_router(model_routes(models))
    application.include_router(status_routes(models, metrics))
    return application
