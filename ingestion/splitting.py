"""Long texts and tables to portions of a few hundred estimated tokens; arithmetic only."""

import re
from collections.abc import Iterator
from typing import Final

# Han, kana, hangul and full-width forms: tokenizers make about one token of each character.
_WIDE: Final = re.compile(
    r"[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]"
)
_TOKENS_PER_WIDE: Final = 0.8
_CHARACTERS_PER_TOKEN: Final = 3.8
# After 。！？ at once; after .!? only before white space, so that 3.14 and e.g. URLs stay whole.
_SENTENCE_END: Final = re.compile(r"(?<=[。！？；])|(?<=[.!?])(?=\s)|(?<=\n)")
_WORD_END: Final = re.compile(r"(?<=\s)")
_HEADER_ROWS: Final = 2  # names of the columns and the rule below them


def estimate_tokens(text: str) -> int:
    """Tokens that a multilingual tokenizer makes of `text`, within some 20 %; 0 for ""."""
    wide = len(_WIDE.findall(text))
    return round(wide * _TOKENS_PER_WIDE + (len(text) - wide) / _CHARACTERS_PER_TOKEN + 0.499)


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
    gathered: list[str] = []
    for row in rows:
        if gathered and estimate_tokens("\n".join((*gathered, row))) > min(room, target):
            portions.append("\n".join((header, *gathered)))
            gathered = []
        if estimate_tokens(row) > room:
            portions.extend(split_text(row, target, limit))
        else:
            gathered.append(row)
    return [*portions, "\n".join((header, *gathered))] if gathered else portions


def _sentences(text: str, limit: int) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        if estimate_tokens(sentence) <= limit:
            yield sentence
            continue
        for word in _WORD_END.split(sentence):
            yield from _slices(word, limit)


def _slices(word: str, limit: int) -> Iterator[str]:
    """Slices that are within `limit` whatever they are made of: at most one token a character."""
    if estimate_tokens(word) <= limit:
        yield word
        return
    for start in range(0, len(word), limit):
        yield word[start : start + limit]


def _gather(pieces: Iterator[str], target: int, limit: int) -> Iterator[str]:
    gathered = ""
    for piece in pieces:
        enough = estimate_tokens(gathered) >= target
        if gathered and (enough or estimate_tokens(gathered + piece) > limit):
            yield gathered.strip()
            gathered = ""
        gathered += piece
    yield gathered.strip()
