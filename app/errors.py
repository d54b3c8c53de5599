"""The one table from kinds of errors to HTTP, and the bodies that clients receive.

Routes under /v1 speak OpenAI's dialect, so their errors have OpenAI's shape.
"""

import math
from typing import Final, cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from app.security_headers import SECURITY_HEADERS
from app.shapes.base import ErrorOut
from app.validation import explain
from retrieval.errors import (
    Conflict,
    Forbidden,
    Invalid,
    KnowledgeBaseError,
    NotFound,
    Overloaded,
    StorageFailed,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from retrieval.storage import storage_failure

STATUS: Final[dict[type[KnowledgeBaseError], int]] = {
    Invalid: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooLarge: 413,
    Unsupported: 415,
    Overloaded: 429,
    Unavailable: 503,
    StorageFailed: 507,
}

# What the framework itself refuses, before any of our code runs.
FRAMEWORK: Final[dict[int, tuple[str, str]]] = {
    400: ("invalid", "The request could not be read."),
    404: ("not_found", "There is nothing at this address."),
    405: ("invalid", "This address does not take that method."),
    413: ("too_large", "The request is too large."),
    415: ("unsupported", "This kind of content is not accepted here."),
}
UNEXPECTED: Final = "Something went wrong on the server. An administrator can find it by the id."

log = structlog.get_logger()


def status_of(error: KnowledgeBaseError) -> int:
    """The status of the nearest kind. A kind without one is a fault, found by a test."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def error_response(request: Request, status: int, code: str, message: str) -> JSONResponse:
    """The body for whoever asks: `ErrorOut`, or OpenAI's shape under /v1."""
    request_id = request.scope.get("state", {}).get("request_id", "")
    if request.url.path.startswith("/v1/"):
        detail = {"message": message, "type": code, "param": None, "code": code}
        return JSONResponse({"error": detail}, status)
    body = ErrorOut(code=code, message=message, request_id=request_id)
    return JSONResponse(body.model_dump(), status)


def answer_errors(app: FastAPI) -> None:
    """Registers the handlers. Nothing else in the house turns an error into a response."""
    app.add_exception_handler(KnowledgeBaseError, _expected)
    app.add_exception_handler(RequestValidationError, _malformed)
    for status in FRAMEWORK:
        app.add_exception_handler(status, _refused)
    app.add_exception_handler(Exception, _unexpected)


def _expected(request: Request, error: Exception) -> JSONResponse:
    return expected_response(request, cast(KnowledgeBaseError, error))  # as registered


def expected_response(request: Request, error: KnowledgeBaseError) -> JSONResponse:
    """For middleware, which no handler serves."""
    response = error_response(request, status_of(error), error.code, str(error))
    if isinstance(error, Overloaded | Unavailable):
        response.headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _malformed(request: Request, error: Exception) -> JSONResponse:
    problems = cast(RequestValidationError, error).errors()
    return error_response(request, 400, Invalid.code, explain(problems))


def _refused(request: Request, error: Exception) -> JSONResponse:
    told = storage_failure(error.__cause__)
    if told is not None:  # the framework could not keep a form's file until the route has it
        return expected_response(request, told)
    status = int(getattr(error, "status_code", 400))
    code, message = FRAMEWORK[status]
    response = error_response(request, status, code, message)
    response.headers.update(getattr(error, "headers", None) or {})
    return response


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    # NOTE: this runs outside the middleware, so it adds what they would have added.
    request_id = request.scope.get("state", {}).get("request_id", "")
    log.error("request.failed", request_id=request_id, exc_info=error)
    response = error_response(request, 500, "error", UNEXPECTED)
    response.headers.update({**SECURITY_HEADERS, "X-Request-ID": request_id})
    return response
