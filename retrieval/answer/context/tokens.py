"""How many tokens a text can have for a generator whose tokenizer is in another process.

Upper estimates, measured with the tokenizers of SmolLM2 and of Qwen (the R1 distills) on twenty
kinds of text, the dearer of the two: docs/decisions/0017. Both are byte-level BPE with single
digits, as most are. They differ in one thing, so that is a parameter: what a Han letter costs.
"""

import re
from typing import Final

# A vocabulary that was made from English has no Han letters: each is its three bytes.
BYTES_OF_A_WIDE_LETTER: Final = 3.0
WIDE_LETTER: Final = 1.0  # of one that was made from Chinese, too: 0.74 on average

# The first kind that matches takes the letters. Cost of the match, and of each of its letters.
_KINDS: Final[tuple[tuple[str, str, float, float], ...]] = (
    ("word", r"(?<![A-Za-z\d])[a-z]{1,12}(?![A-Za-z\d])", 0.5, 0.16),
    ("name", r"(?<![A-Za-z\d])[A-Z][a-z]{0,11}(?![A-Za-z\d])", 0.75, 0.22),
    ("capitals", r"(?<![A-Za-z\d])[A-Z]{2,12}(?![A-Za-z\d])", 0.3, 0.5),
    ("long", r"(?<![A-Za-z\d])[A-Za-z][a-z]{11,19}(?![A-Za-z\d])", 0.0, 0.33),
    ("letter", r"[A-Za-z]", 0.0, 0.95),
    ("digit", r"[0-9]", 0.0, 1.02),
    ("before", r" (?=[A-Za-z!-/:-@\[-`{-~])", 0.0, 0.0),  # one token with what follows
    ("blank", r"[^\S\n]+", 1.0, 0.25),
    ("line", r"\s+", 1.0, 0.25),
    ("mark", r"[!-/:-@\[-`{-~]", 0.0, 1.0),
    ("narrow", r"[\x00-\x1f\x7f-\u07ff]", 0.0, 1.15),
    ("dash", r"[\u2010-\u2027]", 0.0, 1.5),
    ("other", r"[^\u2e80-\uffff]", 0.0, 3.0),
)
_KIND: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern, _, _ in _KINDS))
_COST: Final = {name: (each, letter) for name, _, each, letter in _KINDS}


def estimated_tokens(text: str, wide_letter: float = BYTES_OF_A_WIDE_LETTER) -> int:
    """At most; English prose comes out a quarter too long. `wide_letter`: tokens of a Han one."""
    tokens, narrow = 1.0, 0
    for found in _KIND.finditer(text):
        each, letter = _COST[found.lastgroup or "other"]
        length = found.end() - found.start()
        tokens += each + letter * length
        narrow += length
    return int(tokens + wide_letter * (len(text) - narrow))
