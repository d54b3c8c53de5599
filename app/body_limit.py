"""Refuses bodies that are too large, also those that do not say their length beforehand."""

import re
from collections.abc import Callable
from typing import Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import error_response
from retrieval.errors import TooLarge

JSON_BYTES: Final = 1024 * 1024
ENVELOPE_BYTES: Final = 64 * 1024  # multipart boundaries and headers around a file
UPLOADS: Final = re.compile(r"/api/v1/admin/knowledge-bases/[^/]+/documents")


class BodyTooLarge(TooLarge):
    """Raised out of `receive`, in the middle of a body without a length."""


class BodyLimit:
    """ASGI middleware.

    A form is read before the route's dependencies run, so a stranger could fill the disk with
    uploads that are then refused. `may_upload` decides who gets the larger limit beforehand.
    """

    def __init__(
        self, app: ASGIApp, upload_bytes: int, may_upload: Callable[[Request], bool]
    ) -> None:
        self.app = app
        self.upload_bytes = upload_bytes
        self.may_upload = may_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit, sentence = await self._limit(Request(scope))
        if _announced(scope) > limit:
            await _refuse(scope, receive, send, sentence)
            return
        received, answered = 0, False

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise BodyTooLarge(sentence)
            return message

        async def send_unless_exceeded(message: Message) -> None:
            # NOTE: the framework turns what `receive` raises into its own 400; ours says why.
            nonlocal answered
            if received <= limit or answered:
                answered = True
                await send(message)

        await self.app(scope, receive_within_limit, send_unless_exceeded)
        if received > limit and not answered:
            await _refuse(scope, receive, send, sentence)

    async def _limit(self, request: Request) -> tuple[int, str]:
        """In bytes, with the sentence for whoever exceeds it."""
        at_uploads = UPLOADS.fullmatch(request.url.path) is not None
        is_upload = at_uploads and request.method == "POST"
        if is_upload and await run_in_threadpool(self.may_upload, request):
            megabytes = self.upload_bytes // (1024 * 1024)
            sentence = f"The file is larger than {megabytes:,} MiB, the limit for uploads."
            return self.upload_bytes + ENVELOPE_BYTES, sentence
        return JSON_BYTES, "The request is larger than 1 MiB."


async def _refuse(scope: Scope, receive: Receive, send: Send, sentence: str) -> None:
    response = error_response(Request(scope), 413, TooLarge.code, sentence)
    await response(scope, receive, send)


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isdecimal() else 0
