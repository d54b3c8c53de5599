"""The one table from kinds of failure to HTTP, and OpenAI's form of an error body."""

import math
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from engine.errors import (
    BadRequest,
    ClientLeft,
    DeviceFailed,
    EngineError,
    Later,
    LimitReached,
    ModelBroken,
    NotReady,
    QueueFull,
    TooLarge,
    TooLate,
    Unauthorised,
    UnknownModel,
    UnknownRoute,
)
from engine.server.visit import visit_of

# kind → (HTTP status, OpenAI's `type`)
STATUS: Final[dict[type[EngineError], tuple[int, str]]] = {
    BadRequest: (400, "invalid_request_error"),
    Unauthorised: (401, "invalid_request_error"),
    UnknownModel: (404, "invalid_request_error"),
    UnknownRoute: (404, "invalid_request_error"),
    TooLarge: (413, "invalid_request_error"),
    QueueFull: (429, "rate_limit_error"),
    LimitReached: (429, "rate_limit_error"),
    TooLate: (503, "server_error"),
    NotReady: (503, "server_error"),
    ModelBroken: (503, "server_error"),
    DeviceFailed: (500, "server_error"),
    ClientLeft: (499, "server_error"),  # nginx's number; goes nowhere but into the log
}


def error_body(error: EngineError) -> dict[str, dict[str, str | None]]:
    param = error.param if isinstance(error, BadRequest) else None
    kind = STATUS[type(error)][1]
    return {"error": {"message": str(error), "type": kind, "code": error.code, "param": param}}


def error_response(error: EngineError) -> JSONResponse:
    headers = {}
    if isinstance(error, Later):
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    if isinstance(error, Unauthorised):
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(error_body(error), STATUS[type(error)][0], headers=headers)


def install_failures(application: FastAPI) -> None:
    async def expected(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, EngineError):
            raise error
        visit_of(request).fail(error)
        return error_response(error)

    async def malformed(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, RequestValidationError):
            raise error
        return await expected(request, _first_fault(error))

    async def no_such_route(request: Request, _error: Exception) -> JSONResponse:
        asked = f"{request.method} {request.url.path}"
        unknown = UnknownRoute(f"There is no {asked} here; docs/engine.md lists all.")
        return await expected(request, unknown)

    application.add_exception_handler(EngineError, expected)
    application.add_exception_handler(404, no_such_route)
    application.add_exception_handler(405, no_such_route)
    application.add_exception_handler(RequestValidationError, malformed)


def _first_fault(error: RequestValidationError) -> BadRequest:
    fault = error.errors()[0]
    # Only the outermost names: what follows are pydantic's names of the branches of a union.
    path = ".".join(str(part) for part in fault["loc"][1:2])
    return BadRequest(f"{path or 'The body'}: {fault['msg']}.", param=path or None)
