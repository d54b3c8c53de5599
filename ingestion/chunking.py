"""Blocks to pieces: as much text of one section as an embedder can look at together.

A piece never crosses a heading of the same or a higher level than the one above it. Small
neighbours are merged up to TARGET tokens; what is longer than LIMIT is split at sentence ends, or
by rows with caption and header repeated when it is a table. The same blocks and the same tokenizer
always give the same pieces.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.sectioning import Group, Section, groups, sections
from ingestion.splitting import Measure, halves, split_code, split_table, split_text
from ingestion.tokens import Ruler, TokenCounter
from retrieval.types import Block, BlockKind

ALGORITHM: Final = "structure-2"
TARGET: Final = 220  # tokens: a thought with what surrounds it; more would blur its vector
LIMIT: Final = 400  # E5 sees 512, and the breadcrumb takes some
BREADCRUMB: Final = 80
TINY: Final = 24  # a section of a line or two
_JOINT: Final = "\n\n"
_LEAST: Final = 16  # tokens of text, however little an embedder reads


@dataclass(frozen=True, slots=True)
class Piece:
    text: str  # what people read and citations quote
    headings: tuple[str, ...]
    page: int | None  # of the first block
    first_block: int
    last_block: int  # inclusive
    embedded_text: str  # breadcrumb and text: what is embedded, and hashed for reuse
    tokens: int  # of the embedded text


@dataclass(frozen=True, slots=True)
class Chunker:
    """Built once. What two equal identities make of the same blocks is the same."""

    counter: TokenCounter

    @property
    def identity(self) -> str:
        """The algorithm and the tokenizer. Raises: Unavailable while the embedder loads."""
        limit = self._limit()
        narrow = "" if limit == LIMIT else f"|{limit}"
        return f"{ALGORITHM}|{self.counter.identity}{narrow}"

    def chunk(self, title: str, blocks: Sequence[Block]) -> list[Piece]:
        """Pieces in reading order; every block that is not a heading is in one of them.

        Raises: Unavailable while the embedder loads.
        """
        ruler = Ruler(self.counter)
        ruler.measure(block.text for block in blocks)
        limit = self._limit()
        measure = Measure(ruler, min(TARGET, limit), limit)
        return _Document(title, blocks, measure, self.counter.room).pieces()

    def _limit(self) -> int:
        return max(_LEAST, min(LIMIT, self.counter.room - BREADCRUMB - 4))


@dataclass(frozen=True, slots=True)
class _Part:
    """A block, a portion of a long one, or some that must not be parted."""

    text: str
    first: int
    last: int
    tokens: int


@dataclass(frozen=True, slots=True)
class _Document:
    title: str
    blocks: Sequence[Block]
    measure: Measure
    room: int

    def pieces(self) -> list[Piece]:
        drafts = [
            (section, _joined(parts))
            for section in sections(self.blocks, self._is_tiny)
            for parts in self._filled(section)
        ]
        crumbs = [self._breadcrumb(section.headings) for section, _ in drafts]
        self.measure.ruler.measure(
            _embedded(crumb, part.text) for crumb, (_, part) in zip(crumbs, drafts, strict=True)
        )
        return [
            piece
            for crumb, (section, part) in zip(crumbs, drafts, strict=True)
            for piece in self._fitting(section, crumb, part)
        ]

    def _is_tiny(self, section: Section) -> bool:
        return sum(self.measure.ruler.tokens(self.blocks[i].text) for i in section.blocks) <= TINY

    def _fitting(self, section: Section, crumb: str, part: _Part) -> Iterator[Piece]:
        """The piece; halves of it in the rare case that the whole counts more than its parts."""
        embedded = _embedded(crumb, part.text)
        tokens = self.measure.ruler.tokens(embedded)
        if tokens > self.room and len(part.text) > 1:
            for text in halves(part.text):
                yield from self._fitting(section, crumb, _Part(text, part.first, part.last, 0))
            return
        page = self.blocks[part.first].page
        yield Piece(part.text, section.headings, page, part.first, part.last, embedded, tokens)

    def _filled(self, section: Section) -> Iterator[list[_Part]]:
        """Parts of a section, gathered until TARGET is reached or LIMIT would be passed."""
        gathered: list[_Part] = []
        tokens = 0
        for part in self._parts(section):
            over = tokens + part.tokens > self.measure.limit
            if gathered and (tokens >= self.measure.target or over):
                yield gathered
                gathered, tokens = [], 0
            gathered.append(part)
            tokens += part.tokens
        if gathered:
            yield gathered

    def _parts(self, section: Section) -> Iterator[_Part]:
        for group in groups(section, self.blocks):
            whole = self._whole(group)
            if whole is not None:
                yield whole
                continue
            yield from self._led(group.lead, group.body[0])
            for index in group.body[1:]:
                yield from self._led((), index)

    def _whole(self, group: Group) -> _Part | None:
        """The group as one part, if it is short enough."""
        texts = [self.blocks[i].text for i in (*group.lead, *group.body)]
        tokens = sum(self.measure.ruler.tokens(text) for text in texts)
        if tokens > self.measure.limit:
            return None
        together = (*group.lead, *group.body)
        return _Part(_JOINT.join(texts), min(together), max(together), tokens)

    def _led(self, lead: Sequence[int], index: int) -> Iterator[_Part]:
        """A block below what introduces it; each portion of a table repeats that."""
        ruler, block = self.measure.ruler, self.blocks[index]
        above = _JOINT.join(self.blocks[i].text for i in lead)
        cost = ruler.tokens(above) if lead else 0
        if cost > self.measure.limit // 3:
            for i in lead:
                yield from self._led((), i)
            lead, cost = (), 0
        narrow = Measure(ruler, self.measure.target, self.measure.limit - cost)
        for number, text in enumerate(_split(block, narrow)):
            if lead and (number == 0 or block.kind is BlockKind.TABLE):
                first = lead[0] if number == 0 else index
                yield _Part(f"{above}{_JOINT}{text}", first, index, ruler.tokens(text) + cost)
            else:
                yield _Part(text, index, index, ruler.tokens(text))

    def _breadcrumb(self, headings: Sequence[str]) -> str:
        """ "Title › Heading › Heading"; of a long path, the title and the nearest headings."""
        tokens = self.measure.ruler.tokens
        names = [self.title, *headings] if self.title else list(headings)
        while len(names) > 1 and tokens(" › ".join(names)) > BREADCRUMB:
            names.pop(1 if len(names) > 2 else 0)
        short = Measure(self.measure.ruler, BREADCRUMB, BREADCRUMB)
        return next(iter(split_text(" › ".join(names), short)), "")


def _split(block: Block, measure: Measure) -> list[str]:
    if block.kind is BlockKind.TABLE:
        return split_table(block.text, measure)
    if block.kind is BlockKind.CODE:
        return split_code(block.text, measure)
    return split_text(block.text, measure)


def _joined(parts: Sequence[_Part]) -> _Part:
    return _Part(
        _JOINT.join(part.text for part in parts),
        min(part.first for part in parts),
        max(part.last for part in parts),
        0,
    )


def _embedded(crumb: str, text: str) -> str:
    return f"{crumb}{_JOINT}{text}" if crumb else text
