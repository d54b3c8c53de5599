"""Fits passages into a token budget and fences them, so that they can only be read as data."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.text.plain_text import harmless
from retrieval.text.sentences import split_sentences
from retrieval.types import Passage

# Upper estimates, since the tokenizer belongs to the engine: DeepSeek's needs about 0.3 tokens for
# an English letter and 0.6 for a Han one, SmolLM2's (trained on English) 0.3 and up to 2.
TOKENS_PER_LETTER = 0.32
TOKENS_PER_WIDE_LETTER = 1.5
_FENCE_TOKENS = 24
_WIDE = 0x2E80


@dataclass(frozen=True, slots=True)
class PackedContext:
    """`text` is for the prompt; passage n of the prompt is `passages[n - 1]`, whole."""

    text: str
    passages: tuple[Passage, ...]
    tokens: int  # estimated


def estimated_tokens(text: str) -> int:
    wide = sum(ord(character) >= _WIDE for character in text)
    return 1 + int(wide * TOKENS_PER_WIDE_LETTER + (len(text) - wide) * TOKENS_PER_LETTER)


def pack_context(passages: Sequence[Passage], budget: int) -> PackedContext:
    """The best passages that fit into `budget` tokens, in order, numbered from 1.

    The first always comes along, cut after its last sentence that fits.
    """
    packed: list[Passage] = []
    parts: list[str] = []
    spent = 0
    for passage in passages:
        text = harmless(passage.chunk.text).strip()
        if not packed:
            text = _cut(text, budget - _FENCE_TOKENS)
        part = _fenced(len(packed) + 1, _place(passage), text)
        cost = estimated_tokens(part)
        if packed and spent + cost > budget:
            break
        packed.append(passage)
        parts.append(part)
        spent += cost
    return PackedContext("\n\n".join(parts), tuple(packed), spent)


def _fenced(number: int, place: str, text: str) -> str:
    return f'<source id="{number}" title="{place.replace(chr(34), "”")}">\n{text}\n</source>'


def _place(passage: Passage) -> str:
    parts = (passage.document_title, *passage.chunk.headings)
    return harmless(" › ".join(dict.fromkeys(part for part in parts if part))).replace("\n", " ")


def _cut(text: str, budget: int) -> str:
    if estimated_tokens(text) <= budget:
        return text
    ends = [span.end for span in split_sentences(text)]
    fitting = [end for end in ends if estimated_tokens(text[:end]) <= budget]
    return text[: max(fitting)] if fitting else text[: max(1, budget)]
