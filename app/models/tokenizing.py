"""A tokenizer that counts. Imported by the child alone: XLM-RoBERTa's takes 290 MB."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from tokenizers import Tokenizer

_BATCH: Final = 256  # texts; what the tokenizer makes of each lives until the batch is counted
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


def counter_of(tokenizer_json: bytes, longest: int, prefix: str) -> TokenizerTokens:
    """`longest`: tokens of one text that the model reads, `prefix` and marks included."""
    tokenizer = Tokenizer.from_buffer(tokenizer_json)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    probe = tokenizer.encode(_PROBE).ids
    fingerprint = sha256(repr((tokenizer.get_vocab_size(), probe)).encode()).hexdigest()[:8]
    # The prefix stands before the text: what it takes is the same for all.
    taken = len(tokenizer.encode(prefix).ids) if prefix else len(tokenizer.encode("").ids)
    return TokenizerTokens(tokenizer, longest - taken, fingerprint)
