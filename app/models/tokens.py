"""The embedder's own tokenizer, fetched from the engine once: counting needs no model."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final

import httpx
import openai
import structlog
from openai import OpenAI

from app.models.client import SEARCH_MODEL
from app.models.errors import engine_errors_translated
from app.models.token_process import TokenProcess
from ingestion.tokens import EstimatedTokens, TokenCounter, estimate_tokens
from retrieval.errors import Unavailable
from retrieval.ports import EmbedderIdentity
from retrieval.storage import storage_errors_told

log = structlog.get_logger()

_USUAL: Final = 512  # tokens, for an engine that does not say
_MARKS: Final = 8  # tokens before and after a text, and what an estimate forgets


@dataclass(frozen=True, slots=True)
class ProcessTokens:
    """ingestion.tokens.TokenCounter with a tokenizer in a process of its own."""

    process: TokenProcess
    identity: str
    room: int

    def count(self, texts: Sequence[str]) -> list[int]:
        """Raises: Unavailable when the tokenizer cannot be used."""
        return self.process.count(list(texts)) if texts else []


@dataclass(slots=True)
class EngineTokens:
    """ingestion.tokens.TokenCounter: asks the engine when it is first needed, then never again.

    An engine that hands out no tokenizer (vLLM, TEI) is counted by an estimate.
    """

    client: OpenAI
    embedder: EmbedderIdentity
    _counter: TokenCounter | None = None
    _closing: ExitStack = field(default_factory=ExitStack)
    _asking: threading.Lock = field(default_factory=threading.Lock)

    @property
    def identity(self) -> str:
        return self._ready().identity

    @property
    def room(self) -> int:
        return self._ready().room

    def count(self, texts: Sequence[str]) -> list[int]:
        return self._ready().count(texts)

    def close(self) -> None:
        """Ends the tokenizer's process. Closing twice is harmless."""
        with self._asking:
            self._closing.close()
            self._counter = None

    def _ready(self) -> TokenCounter:
        with self._asking:
            if self._counter is None:
                self._counter = self._ask()
            return self._counter

    def _ask(self) -> TokenCounter:
        """Raises: Unavailable while the embedder loads."""
        card, tokenizer = self._get(""), self._get("/tokenizer")
        longest = _longest(card.json()) if card is not None else _USUAL
        if tokenizer is not None:
            return self._with_process(tokenizer.content, longest)
        log.info("the engine hands out no tokenizer: tokens are estimated", max_tokens=longest)
        return EstimatedTokens(longest - estimate_tokens(self.embedder.passage_prefix) - _MARKS)

    def _with_process(self, tokenizer: bytes, longest: int) -> TokenCounter:
        with ExitStack() as opened:
            process = TokenProcess(_kept(tokenizer), longest, self.embedder.passage_prefix)
            opened.callback(process.close)
            counter = ProcessTokens(process, *process.introduced())
            self._closing = opened.pop_all()
        return counter

    def _get(self, path: str) -> httpx.Response | None:
        """None where the engine has no such thing. Raises: Unavailable."""
        try:
            with engine_errors_translated(SEARCH_MODEL):
                address = f"/models/{self.embedder.model}{path}"
                return self.client.get(address, cast_to=httpx.Response)
        except Unavailable as error:
            if isinstance(error.__cause__, openai.NotFoundError):
                return None
            raise


def _kept(content: bytes) -> BinaryIO:
    """In a file without a name, for every process that will count by it: it may be 17 MB.

    Raises: StorageFull, StorageFailed.
    """
    with ExitStack() as opened, storage_errors_told():
        file = opened.enter_context(TemporaryFile())
        file.write(content)
        file.flush()
        opened.pop_all()  # closed with the process that reads it
    return file


def _longest(card: Mapping[str, Any]) -> int:
    """Ours says it under `colophon`, vLLM and SGLang as max_model_len."""
    said = (card.get("colophon") or {}).get("max_tokens") or card.get("max_model_len")
    return said if isinstance(said, int) and said > 0 else _USUAL
