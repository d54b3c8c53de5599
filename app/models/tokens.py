"""The embedder's own tokenizer, fetched from the engine once: counting needs no model."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import httpx
import openai
import structlog
from openai import OpenAI
from tokenizers import Tokenizer

from app.models.client import SEARCH_MODEL
from app.models.errors import engine_errors_translated
from ingestion.tokens import EstimatedTokens, TokenCounter, estimate_tokens
from retrieval.errors import Unavailable
from retrieval.ports import EmbedderIdentity

log = structlog.get_logger()

_BATCH: Final = 256  # texts; what the tokenizer makes of each lives until the batch is counted
_USUAL: Final = 512  # tokens, for an engine that does not say
_MARKS: Final = 8  # tokens before and after a text, and what an estimate forgets
# Two tokenizers that cut this alike count alike: a fingerprint that does not depend on how the
# file is written down.
_PROBE: Final = """Revenue rose by 12.5 % to € 1,234.56 million (2023: $998m), see note 4(b).
| Quarter | Net sales |
| --- | ---: |
| Q3-2024 | 94,930 |
Straße, œuvre, naïve; Политика отпусков; سياسة الإجازات; 연차 휴가; 有給休暇.
第十二条 员工每年享有带薪年假15天，未休年假按日工资的300%支付。“示例”——详见附件。
def total(rows: list[Row]) -> float:\n    return sum(row.value for row in rows)  # TODO-42 ★ ﬁ ①
https://intranet.example.com/hr/policy?id=7&lang=zh-CN user_name@example.com ABCDEFGHIJKLMNOPQRST
"""


@dataclass(frozen=True, slots=True)
class TokenizerTokens:
    """ingestion.tokens.TokenCounter with a tokenizer."""

    tokenizer: Tokenizer
    room: int
    identity: str

    def count(self, texts: Sequence[str]) -> list[int]:
        lengths: list[int] = []
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            found = self.tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            lengths.extend(len(encoding) for encoding in found)
        return lengths


@dataclass(slots=True)
class EngineTokens:
    """ingestion.tokens.TokenCounter: asks the engine when it is first needed, then never again.

    An engine that hands out no tokenizer (vLLM, TEI) is counted by an estimate.
    """

    client: OpenAI
    embedder: EmbedderIdentity
    _counter: TokenCounter | None = None
    _asking: threading.Lock = field(default_factory=threading.Lock)

    @property
    def identity(self) -> str:
        return self._ready().identity

    @property
    def room(self) -> int:
        return self._ready().room

    def count(self, texts: Sequence[str]) -> list[int]:
        return self._ready().count(texts)

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
            return counter_of(tokenizer.text, longest, self.embedder.passage_prefix)
        log.info("the engine hands out no tokenizer: tokens are estimated", max_tokens=longest)
        return EstimatedTokens(longest - estimate_tokens(self.embedder.passage_prefix) - _MARKS)

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


def counter_of(tokenizer_json: str, longest: int, prefix: str) -> TokenizerTokens:
    """`longest`: tokens of one text that the model reads, `prefix` and marks included."""
    tokenizer = Tokenizer.from_str(tokenizer_json)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    probe = tokenizer.encode(_PROBE).ids
    fingerprint = sha256(repr((tokenizer.get_vocab_size(), probe)).encode()).hexdigest()[:8]
    # The prefix stands before the text: what it takes is the same for all.
    taken = len(tokenizer.encode(prefix).ids) if prefix else len(tokenizer.encode("").ids)
    return TokenizerTokens(tokenizer, longest - taken, fingerprint)


def _longest(card: Mapping[str, Any]) -> int:
    """Ours says it under `colophon`, vLLM and SGLang as max_model_len."""
    said = (card.get("colophon") or {}).get("max_tokens") or card.get("max_model_len")
    return said if isinstance(said, int) and said > 0 else _USUAL
