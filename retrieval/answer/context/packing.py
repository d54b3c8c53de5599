"""Fits passages into a token budget and fences them, so that they can only be read as data."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.answer.context.tokens import BYTES_OF_A_WIDE_LETTER, estimated_tokens
from retrieval.text.plain_text import harmless
from retrieval.text.sentences import split_sentences
from retrieval.types import Passage

_ANY_NUMBER = 99  # of a source, for what its fence costs


@dataclass(frozen=True, slots=True)
class Source:
    """Passages that follow each other in a document, read as one piece; at least one."""

    passages: tuple[Passage, ...]

    @property
    def text(self) -> str:
        """Later portions of a table come without the rows that they repeat from the first."""
        texts = [passage.chunk.text.strip() for passage in self.passages]
        later = (_without_head(text, before) for before, text in pairwise(texts))
        return "\n\n".join((texts[0], *later))


@dataclass(frozen=True, slots=True)
class Room:
    """`wide_letter`: tokens of a Han letter, for the generator's tokenizer (`tokens.py`)."""

    tokens: int
    wide_letter: float = BYTES_OF_A_WIDE_LETTER

    def estimated(self, text: str) -> int:
        return estimated_tokens(text, self.wide_letter)

    def cost(self, source: Source) -> int:
        """Its tokens in a prompt, with its fence, at most."""
        return self.estimated(_fenced(_ANY_NUMBER, source, harmless(source.text)) + "\n\n")


@dataclass(frozen=True, slots=True)
class PackedContext:
    """`text` is for the prompt; source n of the prompt is `sources[n - 1]`."""

    text: str
    sources: tuple[Source, ...]
    tokens: int  # estimated
    shortened: bool = False  # the first source alone was too long

    @property
    def passages(self) -> tuple[Passage, ...]:
        return tuple(passage for source in self.sources for passage in source.passages)


def fitting(sources: Sequence[Source], room: Room) -> list[Source]:
    """The first, however long it is, and of the others in order those that fit with it."""
    chosen: list[Source] = []
    spent = 0
    for source in sources:
        cost = room.cost(source)
        if not chosen or spent + cost <= room.tokens:
            chosen.append(source)
            spent += cost
    return chosen


def pack_context(sources: Sequence[Source], room: Room) -> PackedContext:
    """The sources that fit, in order, numbered from 1.

    The first always comes along, cut after its last sentence that fits.
    """
    packed = fitting(sources, room)
    texts = [harmless(source.text) for source in packed]
    shortened = bool(packed) and room.cost(packed[0]) > room.tokens
    if shortened:
        fence = room.estimated(_fenced(_ANY_NUMBER, packed[0], "")) + 2
        texts[0] = _cut(texts[0], Room(room.tokens - fence, room.wide_letter))
    parts = [_fenced(n, packed[n - 1], text) for n, text in enumerate(texts, start=1)]
    text = "\n\n".join(parts)
    return PackedContext(text, tuple(packed), room.estimated(text), shortened)


def _fenced(number: int, source: Source, text: str) -> str:
    place = _place(source.passages[0]).replace(chr(34), "”")
    return f'<source id="{number}" title="{place}">\n{text}\n</source>'


def _place(passage: Passage) -> str:
    parts = (passage.document_title, *passage.chunk.headings)
    return harmless(" › ".join(dict.fromkeys(part for part in parts if part))).replace("\n", " ")


def _without_head(text: str, before: str) -> str:
    """Without the first lines that both have, when the head of a table is among them."""
    lines, earlier = text.split("\n"), before.split("\n")
    same = next(
        (i for i, (one, other) in enumerate(zip(lines, earlier, strict=False)) if one != other),
        min(len(lines), len(earlier)),
    )
    repeats = any(line.startswith("|") for line in lines[:same])
    return "\n".join(lines[same:]).strip() if repeats else text


def _cut(text: str, room: Room) -> str:
    ends = [span.end for span in split_sentences(text)]
    whole = [end for end in ends if room.estimated(text[:end]) <= room.tokens]
    if whole:
        return text[: max(whole)]
    shortest, longest = 1, len(text)  # characters; no sentence fits, so it is cut inside one
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if room.estimated(text[:middle]) <= room.tokens:
            shortest = middle
        else:
            longest = middle - 1
    return text[:shortest]
