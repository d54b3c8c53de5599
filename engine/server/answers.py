"""OpenAI's forms of a chat completion, whole and in chunks."""

import json
from dataclasses import dataclass
from typing import Any

from engine.runners import Finish, Piece


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """What is the same in every chunk of one completion."""

    id: str
    created: int  # seconds since 1970
    model: str
    prompt_tokens: int

    def whole(self, content: str, reasoning: str, finish: Finish) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": None}
        if reasoning:
            message["reasoning_content"] = reasoning
        choice = {
            "index": 0,
            "message": message,
            "finish_reason": finish.reason,
            "logprobs": None,
        }
        return {**self._head("chat.completion"), "choices": [choice], "usage": self.usage(finish)}

    def opening(self) -> str:
        return self._chunk({"role": "assistant", "content": ""}, None)

    def piece(self, piece: Piece) -> str:
        if piece.reasoning:
            return self._chunk({"reasoning_content": piece.reasoning}, None)
        return self._chunk({"content": piece.content}, None)

    def closing(self, finish: Finish) -> str:
        return self._chunk({}, finish.reason)

    def usage_chunk(self, finish: Finish) -> str:
        head = self._head("chat.completion.chunk")
        return json.dumps({**head, "choices": [], "usage": self.usage(finish)})

    def usage(self, finish: Finish) -> dict[str, Any]:
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": finish.completion_tokens,
            "total_tokens": self.prompt_tokens + finish.completion_tokens,
            "completion_tokens_details": {"reasoning_tokens": finish.reasoning_tokens},
        }

    def _chunk(self, delta: dict[str, str], finish_reason: str | None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        head = self._head("chat.completion.chunk")
        return json.dumps({**head, "choices": [choice]}, ensure_ascii=False)

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}
