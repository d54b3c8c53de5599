"""OpenAI's forms of a chat completion, whole and in chunks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.runners import Finish, Likelihood, Piece, Place, Ticket


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """What is the same in every chunk of one completion."""

    id: str
    created: int  # seconds since 1970
    model: str
    ticket: Ticket

    def whole(self, pieces: Sequence[Piece], finish: Finish) -> dict[str, Any]:
        reasoning = "".join(piece.reasoning for piece in pieces)
        message: dict[str, Any] = {
            "role": "assistant",
            "content": "".join(piece.content for piece in pieces),
            "refusal": None,
        }
        if reasoning:
            message["reasoning_content"] = reasoning
        choice = {
            "index": 0,
            "message": message,
            "finish_reason": finish.reason,
            "logprobs": _logprobs([one for piece in pieces for one in piece.likelihoods]),
        }
        return {**self._head("chat.completion"), "choices": [choice], "usage": self.usage(finish)}

    def opening(self) -> str:
        return self._chunk({"role": "assistant", "content": ""}, None)

    def piece(self, piece: Piece) -> str:
        name, text = ("reasoning_content", piece.reasoning)
        if not piece.reasoning:
            name, text = ("content", piece.content)
        return self._chunk({name: text}, None, _logprobs(piece.likelihoods))

    def queued(self, place: Place) -> str:
        """A chunk of no choice: OpenAI's clients pass over it, ours shows it."""
        queue = {"ahead": place.ahead, "seconds": round(place.seconds, 1)}
        head = self._head("chat.completion.chunk")
        return json.dumps({**head, "choices": [], "colophon": {"queue": queue}})

    def closing(self, finish: Finish) -> str:
        return self._chunk({}, finish.reason)

    def usage_chunk(self, finish: Finish) -> str:
        head = self._head("chat.completion.chunk")
        return json.dumps({**head, "choices": [], "usage": self.usage(finish)})

    def usage(self, finish: Finish) -> dict[str, Any]:
        prompt, cached = self.ticket.prompt_tokens, self.ticket.progress().cached_tokens
        return {
            "prompt_tokens": prompt,
            "completion_tokens": finish.completion_tokens,
            "total_tokens": prompt + finish.completion_tokens,
            "prompt_tokens_details": {"cached_tokens": cached},
            "completion_tokens_details": {"reasoning_tokens": finish.reasoning_tokens},
        }

    def _chunk(
        self,
        delta: dict[str, str],
        finish_reason: str | None,
        logprobs: dict[str, Any] | None = None,
    ) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": logprobs}
        head = self._head("chat.completion.chunk")
        return json.dumps({**head, "choices": [choice]}, ensure_ascii=False)

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}


def _logprobs(likelihoods: Sequence[Likelihood]) -> dict[str, Any] | None:
    if not likelihoods:
        return None
    content = [
        {
            "token": one.text,
            "logprob": one.logprob,
            "bytes": list(one.text.encode()),
            "top_logprobs": [],
        }
        for one in likelihoods
    ]
    return {"content": content}
