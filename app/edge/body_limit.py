"""Refuses bodies that are too large, also those that do not say their length beforehand."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import expected_response
from retrieval.errors import KnowledgeBaseError, TooLarge

JSON_BYTES: Final = 1024 * 1024
ENVELOPE_BYTES: Final = 64 * 1024  # multipart boundaries and headers around a file


@dataclass(frozen=True, slots=True)
class UploadDoor:
    """Where a file may be sent by POST, and by whom.

    A form is read before the route's dependencies run, so a stranger could fill the disk with
    uploads that are then refused. So `admit` raises for whoever may not upload, beforehand.
    """

    path: re.Pattern[str]
    max_bytes: int
    admit: Callable[[Request], object]


class BodyLimit:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, doors: Sequence[UploadDoor]) -> None:
        self.app = app
        self.doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            limit, refusal = await self._limit(request)
            if _announced(scope) > limit:
                raise refusal
        except KnowledgeBaseError as error:
            await expected_response(request, error)(scope, receive, send)
            return
        body = _Counted(receive, send, limit, refusal)
        await self.app(scope, body.receive_within_limit, body.send_unless_exceeded)
        if body.received > limit and not body.answered:
            await expected_response(request, refusal)(scope, receive, send)

    async def _limit(self, request: Request) -> tuple[int, TooLarge]:
        """In bytes, with the error for whoever exceeds it. Raises: what `admit` raises."""
        path, posts = request.url.path, request.method == "POST"
        door = next((one for one in self.doors if posts and one.path.fullmatch(path)), None)
        if door is None:
            return JSON_BYTES, TooLarge("The request is larger than 1 MiB.")
        await run_in_threadpool(door.admit, request)
        megabytes = door.max_bytes // (1024 * 1024)
        sentence = f"The file is larger than {megabytes:,} MiB, the limit for uploads."
        return door.max_bytes + ENVELOPE_BYTES, TooLarge(sentence)


@dataclass(slots=True)
class _Counted:
    """The two ends of one exchange, of which one is counted."""

    receive: Receive
    send: Send
    limit: int  # bytes
    refusal: TooLarge
    received: int = 0
    answered: bool = False

    async def receive_within_limit(self) -> Message:
        message = await self.receive()
        self.received += len(message.get("body", b""))
        if self.received > self.limit:
            raise self.refusal
        return message

    async def send_unless_exceeded(self, message: Message) -> None:
        # NOTE: the framework turns what `receive` raises into its own 400; ours says why.
        if self.received <= self.limit or self.answered:
            self.answered = True
            await self.send(message)


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isdecimal() else 0
