"""Answers that follow a JSON schema: which tokens may come next.

llguidance keeps the grammar (decision 0020); here are its limits, and what it must not be asked.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from llguidance import LLMatcher, LLParserLimits, LLTokenizer

from engine.errors import BadRequest

_LONGEST = 64_000  # characters of a schema
# What building a grammar may cost, and one mask: not seconds, which differ from machine to machine,
# but steps of the lexer and items of the parser. Both are spent within 30 ms on one core.
_LIMITS = LLParserLimits(
    initial_lexer_fuel=1_000_000,
    step_lexer_fuel=100_000,
    step_max_items=50_000,
    max_lexer_states=50_000,
    max_grammar_size=250_000,
    verbose_errors=False,
)
# White space is free but for its length: a model must not be able to write nothing else.
_SPACE = r"[ \n\r\t]{1,40}"
_PARAM = "response_format"


class Guide:
    """One answer's way through its grammar."""

    def __init__(self, matcher: LLMatcher, opening: int | None) -> None:
        """`opening` may come instead of the first token: the grammar then begins later."""
        self._matcher = matcher
        self._opening = opening

    def allowed(self) -> bytes:
        """A bit for each token, the lowest first."""
        bits = bytearray(self._matcher.compute_bitmask())
        if self._opening is not None:
            bits[self._opening // 8] |= 1 << self._opening % 8
        return bytes(bits)

    def opens(self, token: int) -> bool:
        """Whether the answer begins with reasoning. Asked for the first token only."""
        opens, self._opening = token == self._opening, None
        return opens

    def accept(self, token: int) -> None:
        self._matcher.consume_token(token)

    @property
    def ended(self) -> bool:
        """Nothing but the end may follow."""
        stopped: bool = self._matcher.is_stopped()
        return stopped

    def check(self) -> None:
        """Raises: BadRequest when the grammar took more than it may."""
        if fault := self._matcher.get_error():
            raise BadRequest(f"The schema is too hard to follow: {_line(fault)}", param=_PARAM)


class Guides:
    """Makes guides for one tokenizer. For many threads."""

    def __init__(self, tokenizer: str, ends: Iterable[int], opening: int | None = None) -> None:
        """`tokenizer` is the text of its tokenizer.json, `opening` the token of `<think>`."""
        slices = LLTokenizer.json_slices()
        self._tokenizer = LLTokenizer(tokenizer, eos_token=sorted(ends), slices=slices)
        self._opening = opening

    def guide(self, schema: Mapping[str, Any], *, may_reason: bool) -> Guide:
        """Raises: BadRequest when nothing can follow the schema, or not cheaply."""
        try:
            text = json.dumps(schema, ensure_ascii=False)
            grammar = LLMatcher.grammar_from_json_schema(
                text, overrides={"whitespace_pattern": _SPACE}
            )
        except (ValueError, RecursionError) as error:
            raise BadRequest(f"The schema cannot be read: {error}", param=_PARAM) from error
        if len(text) > _LONGEST:
            long = f"The schema has {len(text):,} characters; at most {_LONGEST:,} are read."
            raise BadRequest(long, param=_PARAM)
        matcher = LLMatcher(self._tokenizer, grammar, log_level=0, limits=_LIMITS)
        if fault := matcher.get_error():
            raise BadRequest(f"The schema cannot be followed: {_line(fault)}", param=_PARAM)
        guide = Guide(matcher, self._opening if may_reason else None)
        guide.allowed()  # what cannot even begin is found here
        guide.check()
        return guide


def _line(fault: str) -> str:
    """llguidance's own words."""
    return " ".join(fault.split())[:300]
