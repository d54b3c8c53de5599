"""Long texts and tables to portions of a few hundred estimated tokens; arithmetic only."""

import math
import re
from collections.abc import Iterator
from typing import Final

_MARK_TOKENS: Final = 1.3  # of a mark, the dearest of all characters
# What a multilingual tokenizer makes of a character on average, fitted to multilingual-e5-small on
# office documents, tables, CMRC 2018 and SQuAD 2: the true number is within 30 % of the estimate,
# but for rows of dots. Han, kana, hangul and full-width forms stand first, so that the class
# decides for their marks, too.
_WIDE: Final = r"\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
_COSTS: Final = (
    (re.compile(f"[{_WIDE}]"), 0.8),
    (re.compile(r"[A-Za-z]"), 0.24),
    (re.compile(r"\d"), 0.4),
    (re.compile(r"\w"), 0.35),
    (re.compile(r"\S"), _MARK_TOKENS),
)
# After 。！？ at once; after .!? only before white space, so that 3.14 and e.g. URLs stay whole.
_SENTENCE_END: Final = re.compile(r"(?<=[。！？；])|(?<=[.!?])(?=\s)|(?<=\n)")
_WORD_END: Final = re.compile(r"(?<=\s)")
_HEADER_ROWS: Final = 2  # names of the columns and the rule below them


def estimate_tokens(text: str) -> int:
    """Tokens that a multilingual tokenizer makes of `text`, about; never more for a part of it."""
    tokens = 0.0
    for kind, cost in _COSTS:
        text, found = kind.subn("", text)
        tokens += found * cost
    return math.ceil(tokens)


def split_text(text: str, target: int, limit: int) -> list[str]:
    """`text` itself when it is within `limit`, else portions of whole sentences near `target`.

    A sentence above `limit` is split at white space; a word above it, anywhere.
    """
    if estimate_tokens(text) <= limit:
        return [text] if text.strip() else []
    return [portion for portion in _gather(_sentences(text, limit), target, limit) if portion]


def split_table(table: str, target: int, limit: int) -> list[str]:
    """A Markdown table in portions of whole rows, each under the header.

    A row that does not fit below the header is split like text and stands without it.
    """
    if estimate_tokens(table) <= limit:
        return [table] if table.strip() else []
    lines = table.split("\n")
    header, rows = "\n".join(lines[:_HEADER_ROWS]), lines[_HEADER_ROWS:]
    room = limit - estimate_tokens(header) - 2
    if room < limit // 4 or not rows:
        return split_text(table, target, limit)
    portions: list[str] = []
    gathered, tokens = [header], 0
    for row in rows:
        cost = estimate_tokens(row)
        if len(gathered) > 1 and tokens + cost > min(room, target):
            portions.append("\n".join(gathered))
            gathered, tokens = [header], 0
        if cost > room:
            portions.extend(split_text(row, target, limit))
        else:
            gathered.append(row)
            tokens += cost
    return [*portions, "\n".join(gathered)] if len(gathered) > 1 else portions


def _sentences(text: str, limit: int) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        if estimate_tokens(sentence) <= limit:
            yield sentence
            continue
        for word in _WORD_END.split(sentence):
            yield from _slices(word, limit)


def _slices(word: str, limit: int) -> Iterator[str]:
    """Slices that are within `limit` whatever they are made of."""
    if estimate_tokens(word) <= limit:
        yield word
        return
    width = int(limit / _MARK_TOKENS)
    for start in range(0, len(word), width):
        yield word[start : start + width]


def _gather(pieces: Iterator[str], target: int, limit: int) -> Iterator[str]:
    gathered, tokens = "", 0
    for piece in pieces:
        cost = estimate_tokens(piece)
        if gathered and (tokens >= target or tokens + cost > limit):
            yield gathered.strip()
            gathered, tokens = "", 0
        gathered += piece
        tokens += cost
    yield gathered.strip()
