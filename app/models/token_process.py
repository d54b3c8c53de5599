"""The process that holds the embedder's tokenizer, so that the app need not.

XLM-RoBERTa's takes 290 MB. It is needed while documents are chunked and goes when nothing is.
"""

import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from retrieval.errors import Unavailable

TRIES = 2  # a child may have ended, idle, at the very moment that it was asked


@dataclass(slots=True)
class TokenProcess:
    """One question at a time. Started when it is first asked, and again when it has ended."""

    tokenizer: BinaryIO  # an open tokenizer.json; closed with this
    longest: int  # tokens of one text that the model reads, `prefix` and marks included
    prefix: str
    _child: subprocess.Popen[str] | None = None
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def introduced(self) -> tuple[str, int]:
        """Its tokenizer's identity, and tokens of a passage without the prefix."""
        with self._asking:
            identity, room = self._started()
        return identity, room

    def count(self, texts: list[str]) -> list[int]:
        """Raises: Unavailable when the tokenizer cannot be used."""
        question = json.dumps(texts)
        with self._asking:
            for _ in range(TRIES):
                if self._child is None:
                    self._started()
                answer = self._answer(question)
                if answer is not None:
                    return answer
                self._end()
        raise _unusable()

    def close(self) -> None:
        with self._asking:
            self._end()
            self.tokenizer.close()

    def _started(self) -> list[Any]:
        descriptor = self.tokenizer.fileno()
        numbers = [str(descriptor), str(self.longest)]
        self._child = subprocess.Popen(  # noqa: S603  (our own interpreter, our own module)
            [sys.executable, "-m", "app.models.token_child", *numbers, self.prefix],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            pass_fds=[descriptor],
            start_new_session=True,  # Ctrl-C is for the app; the end of its input ends the child
        )
        # Whoever ends by itself is buried at once.
        threading.Thread(target=self._child.wait, name="tokenizer", daemon=True).start()
        introduction = self._line()
        if introduction is None:
            self._end()
            raise _unusable()
        return introduction

    def _answer(self, question: str) -> list[int] | None:
        """None when the child has ended."""
        child = self._child
        if child is None or child.stdin is None:
            return None
        try:
            child.stdin.write(question + "\n")
            child.stdin.flush()
        except BrokenPipeError:
            return None
        return self._line()

    def _line(self) -> list[Any] | None:
        child = self._child
        line = child.stdout.readline() if child is not None and child.stdout is not None else ""
        answer: list[Any] | None = json.loads(line) if line else None
        return answer

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                with suppress(BrokenPipeError):  # what it was asked, it will not read any more
                    if pipe is not None:
                        pipe.close()


def _unusable() -> Unavailable:
    return Unavailable("The search model's tokenizer cannot be used; the log says why.")
