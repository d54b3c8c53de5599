"""From the parts of a whole PDF to headings, paragraphs, lists and tables; arithmetic only."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from ingestion.parsing.items import Item
from ingestion.parsing.pdf_joining import joined, vocabulary
from ingestion.parsing.pdf_lines import Line
from ingestion.parsing.pdf_notes import notes_of_tables, with_notes, without_notes
from ingestion.parsing.pdf_page import Part
from ingestion.parsing.pdf_table import Table, markdown_of, narrow
from retrieval.types import BlockKind

_LARGER: Final = 1.12  # a heading's letters to the body's
_LONGEST_HEADING: Final = 160  # characters
_LONGEST_BOLD: Final = 110  # of a heading that is no larger than the text
_UPRIGHT: Final = 0.1  # of its font size, the least width of a letter on average
_DEEPEST: Final = 5
_MOSTLY: Final = 0.4  # of the letters: above that bold is the body
_SECTION: Final = re.compile(r"\d{1,2}(?:\.\d{1,2})+(?=\s)")
_ENDS: Final = (".", "!", ":", ";", ",", "。", "！", "；", "，", "、")
_ASKS: Final = ("?", "？")
_STOPS: Final = (".", "!", "?", ":", "。", "！", "？", "：", "」", "”", '"', ")", "）")
_LIST_ITEM: Final = re.compile(
    r"(?:[•·●▪◦‣※–*-]\s|\(?\d{1,3}[.)、\uff0e]\s?[^\s\d]|\((?:\d{1,2}|[a-z])\)\s|[a-z][.)]\s)"
)
_NO_HEADING: Final = re.compile("[☐☑☒]|[•·●▪◦‣]\\s")
_NAMED: Final = re.compile(
    r"(?:Table|Tab\.|Figure|Fig\.|Exhibit|表|图|圖)\s?\d+(?:[-.]\d+)*[.:：\s]"
)
_LONGEST_CAPTION: Final = 400  # characters
_SHORT: Final = 0.85  # of the widest line: below that a line ends its paragraph
_GAP: Final = 1.6  # of the usual distance of two lines: above that a paragraph ends
_HEADING_GAP: Final = 1.4  # of a heading's own letters
_LONGEST_PARAGRAPH: Final = 60  # lines: more do not go on overleaf
_LOOKED_AT: Final = 40  # lines of a paragraph that say how wide it is
_INDENT: Final = 1.0  # of the letters' size: a first line that stands in


@dataclass(frozen=True, slots=True)
class _Look:
    """How the headings of one document look."""

    body: float  # font size of most letters
    levels: dict[float, int]  # font size to level, for sizes above the body's
    bold_is_rare: bool  # so that a bold line is a heading
    words: frozenset[str]


def lay_out(parts: Sequence[Part]) -> list[Item]:
    """Headings by size and weight, paragraphs by distance, length and list marks.

    The largest heading of the first page is the title.
    """
    lines = [part for part in parts if isinstance(part, Line)]
    if not lines:
        return [_table(part) for part in parts if isinstance(part, Table)]
    look = _look_of(lines)
    flow, notes = without_notes(parts, look.body)
    groups = list(_groups(_continued(flow), _usual_pitch(lines)))
    items = [_table(g) if isinstance(g, Table) else _item(g, look) for g in groups]
    sizes = [
        0.0 if isinstance(group, Table) or group[0].pictured else group[0].size for group in groups
    ]
    cover = [i for i, item in enumerate(items) if item.page == items[0].page]
    largest = max(cover, key=lambda i: sizes[i])
    if items[largest].kind is BlockKind.HEADING:
        items[largest] = replace(items[largest], kind=BlockKind.TITLE)
    named = [
        _as_caption(item, after) for item, after in zip(items, [*items[1:], None], strict=True)
    ]
    return with_notes(notes_of_tables(named), notes, look.words)


def _look_of(lines: Sequence[Line]) -> _Look:
    letters: Counter[float] = Counter()
    pages: dict[float, set[int]] = defaultdict(set)
    bold = 0
    for line in [line for line in lines if not line.pictured] or lines:
        letters[line.size] += len(line.text)
        pages[line.size].add(line.page)
        bold += len(line.text) * line.bold
    body = letters.most_common(1)[0][0]
    larger = sorted({size for size in letters if size > body * _LARGER}, reverse=True)
    # Sizes of one page only, a cover's for example, say nothing about the order of the others.
    ranked = [size for size in larger if len(pages[size]) > 1] or larger
    levels = {size: sum(other > size for other in ranked) + 1 for size in larger}
    return _Look(body, levels, bold < _MOSTLY * letters.total(), vocabulary(lines))


def _continued(parts: Iterable[Part]) -> Iterator[Part]:
    """A table that goes on overleaf without a header has that of the page before."""
    before: Part | None = None
    for part in parts:
        goes_on = isinstance(part, Table) and not any(part.header.cells)
        if goes_on and isinstance(before, Table) and isinstance(part, Table):
            same = len(before.header.cells) == len(part.header.cells)
            if same and part.page == before.page + 1:
                part = replace(part, header=replace(part.header, cells=before.header.cells))
        yield part
        before = part


def _table(table: Table) -> Item:
    text, boxes = markdown_of(table)
    return Item(BlockKind.TABLE, text, page=table.page, boxes=boxes)


def _item(group: Sequence[Line], look: _Look) -> Item:
    first = group[0]
    text, boxes = joined(group, look.words)
    if _is_heading(text, first, look):
        level = look.levels.get(first.size, len(set(look.levels.values())) + 1)
        numbered = _SECTION.match(text)
        depth = numbered.group().count(".") + 1 if numbered else 0
        level = min(max(level, depth), _DEEPEST)
        return Item(BlockKind.HEADING, text, level=level, page=first.page, boxes=boxes)
    kind = BlockKind.LIST_ITEM if _LIST_ITEM.match(first.text) else BlockKind.PARAGRAPH
    return Item(kind, text, page=first.page, boxes=boxes)


def _as_caption(item: Item, after: Item | None) -> Item:
    """What names a table or picture, and the sentence that ends in a colon before a table."""
    if item.kind is not BlockKind.PARAGRAPH or len(item.text) > _LONGEST_CAPTION:
        return item
    leads = after is not None and after.kind is BlockKind.TABLE and item.text.endswith((":", "："))
    return replace(item, kind=BlockKind.CAPTION) if leads or _NAMED.match(item.text) else item


def _is_heading(text: str, first: Line, look: _Look) -> bool:
    if first.pictured:
        return False
    larger = first.size in look.levels
    if (
        text.endswith(_ENDS if larger else (*_ENDS, *_ASKS))
        or _NO_HEADING.search(text)
        or not any(map(str.isalpha, text))
    ):
        return False
    if abs(first.right - first.left) < _UPRIGHT * first.size * len(first.text):
        return False  # written up the margin, as arXiv does
    if larger:
        return len(text) <= _LONGEST_HEADING
    return first.bold and look.bold_is_rare and len(text) <= _LONGEST_BOLD


def _groups(parts: Iterable[Part], pitch: float) -> Iterator[list[Line] | Table]:
    group: list[Line] = []
    for part in parts:
        if isinstance(part, Table) or (group and _begins_anew(group, part, pitch)):
            if group:
                yield group
            group = []
        if isinstance(part, Table):
            yield from narrow(part)
        else:
            group.append(part)
    if group:
        yield group


def _begins_anew(group: Sequence[Line], line: Line, pitch: float) -> bool:
    """Whether `line` starts another paragraph than the lines of `group` belong to."""
    previous = group[-1]
    if previous.pictured != line.pictured:
        return True
    if previous.size != line.size or previous.bold != line.bold:
        goes_on = previous.broken or (_leads_in(group) and line.size == previous.size)
        return not goes_on
    if _LIST_ITEM.match(line.text):
        return True
    if line.page != previous.page or line.bottom < previous.bottom - pitch:
        # The next column or page: a sentence may go on there.
        ended = previous.text.endswith(_STOPS) or len(group) >= _LONGEST_PARAGRAPH
        return ended or previous.bold
    step = line.bottom - previous.bottom
    apart = step > _GAP * max(pitch, line.size)
    return apart or (line.bold and step > _HEADING_GAP * line.size) or _ends_before(line, group)


def _ends_before(line: Line, group: Sequence[Line]) -> bool:
    """Whether the looks of two lines at the usual distance tell that a paragraph ends."""
    previous, above = group[-1], group[-_LOOKED_AT:]
    item = bool(_LIST_ITEM.match(group[0].text))
    if item and line.left < group[0].left - _INDENT * line.size / 2:
        return True
    if not previous.text.endswith(_STOPS):
        return False
    widest = max(other.right for other in above)
    short = previous.right - previous.left < _SHORT * (widest - previous.left)
    stands_in = line.left > min(other.left for other in above) + _INDENT * line.size
    return short or (stands_in and not item)


def _leads_in(group: Sequence[Line]) -> bool:
    """The first words of a list's item are bold, the rest is not."""
    return len(group) == 1 and bool(_LIST_ITEM.match(group[0].text)) and group[0].bold


def _usual_pitch(lines: Sequence[Line]) -> float:
    """Most frequent distance of a line to the next one below, in points."""
    steps: Counter[int] = Counter()
    for upper, lower in pairwise(lines):
        step = round(lower.bottom - upper.bottom)
        if upper.page == lower.page and upper.size == lower.size and step > 0:
            steps[step] += 1
    return float(steps.most_common(1)[0][0]) if steps else lines[0].size * 1.2
