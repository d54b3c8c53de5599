"""One request from the door to its line in the log. No text of anybody is in it."""

import json
import time
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Annotated, Any

from fastapi import Depends, Request

from engine.errors import EngineError
from engine.keys import Account
from engine.metrics import Metrics
from engine.runners import Finish, Ticket


@dataclass(slots=True)
class Visit:
    """Filled by whoever learns something; closed at the door."""

    id: str
    metrics: Metrics
    salt: bytes  # users are told apart until the engine starts anew, and cannot be guessed
    started: float = field(default_factory=time.perf_counter)
    account: Account | None = None  # None: everybody may come in
    status: int = 500  # until something is sent
    said: dict[str, Any] = field(default_factory=dict)  # the rest of the line, as far as known
    _ticket: Ticket | None = None
    _thought: int = 0  # tokens, before they were counted
    _counted: int = 0
    _last_piece: float | None = None

    def enter(self, model: str, tokens: int, user: str = "") -> None:
        """`tokens` as far as one can know now. Raises: LimitReached."""
        self.said["model"] = model
        if user:
            self.said["user"] = blake2b(user.encode(), key=self.salt, digest_size=6).hexdigest()
        if self.account is not None:
            self.account.enter(tokens)
            self._thought = tokens

    def read(self, role: str, tokens: int) -> None:
        """That many were read."""
        self._counted = self.said["prompt_tokens"] = tokens
        self.metrics.prompt_tokens.labels(role).inc(tokens)

    def generates(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self.read("generator", ticket.prompt_tokens)

    def tick(self) -> None:
        """The client is told something."""
        now = time.perf_counter()
        if self._last_piece is None:
            self.said["ttft_ms"] = _ms(now - self.started)
            self.metrics.first_token.observe(now - self.started)
        else:
            self.metrics.between_tokens.observe(now - self._last_piece)
        self._last_piece = now

    def finish(self, finish: Finish) -> None:
        self.said["finish_reason"] = finish.reason
        self.metrics.requests.labels(finish.reason).inc()

    def fail(self, error: EngineError) -> None:
        self.said["error"] = error.code
        self.metrics.refusals.labels(error.code).inc()

    def headers(self) -> dict[str, str]:
        limits = self.account.headers() if self.account is not None else {}
        return {"x-request-id": self.id, **limits}

    def close(self) -> str:
        """Ends what may still be written for it, settles the account; the line of the log."""
        seconds = time.perf_counter() - self.started
        if self._ticket is not None:
            self._ticket.cancel()
            self._account_for(self._ticket)
            self.metrics.whole_request.observe(seconds)
        if self.account is not None:
            self.said["key"] = self.account.name
            self.account.settle(self._counted - self._thought)
        said = {"status": self.status, "total_ms": _ms(seconds), **self.said}
        return json.dumps({"event": "request", "id": self.id, **said})

    def _account_for(self, ticket: Ticket) -> None:
        progress = ticket.progress()
        self._counted += progress.completion_tokens
        self.metrics.generation_tokens.inc(progress.completion_tokens)
        self.said["cached_tokens"] = progress.cached_tokens
        self.said["completion_tokens"] = progress.completion_tokens
        self.said["reasoning_tokens"] = progress.reasoning_tokens
        self.said.setdefault("finish_reason", "error" if "error" in self.said else "cancelled")
        if progress.queued is not None:
            self.said["queue_ms"] = _ms(progress.queued)
            self.metrics.queued.observe(progress.queued)


def visit_of(request: Request) -> Visit:
    visit: Visit = request.state.visit
    return visit


VisitDep = Annotated[Visit, Depends(visit_of)]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
