"""From the lines of a whole PDF to headings and paragraphs; arithmetic only."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from ingestion.parsing.items import Item
from ingestion.parsing.pdf_joining import joined, vocabulary
from ingestion.parsing.pdf_lines import Line
from retrieval.types import BlockKind

_DIGITS: Final = re.compile(r"\d+")
_MARGIN: Final = 0.12  # of the page's height, above and below
_REPEATED: Final = 0.3  # of the pages: left and right pages often differ
_FEWEST_PAGES: Final = 3
_LARGER: Final = 1.12  # a heading's letters to the body's
_LONGEST_HEADING: Final = 160  # characters
_UPRIGHT: Final = 0.1  # of its font size, the least width of a letter on average
_DEEPEST: Final = 5
_MOSTLY: Final = 0.4  # of the letters: above that bold is the body
_SECTION: Final = re.compile(r"\d{1,2}(?:\.\d{1,2})+(?=\s)")
_ENDS: Final = (".", "!", "?", ":", ";", ",", "。", "！", "？", "；", "，", "、")
_STOPS: Final = (".", "!", "?", ":", "。", "！", "？", "：", "」", "”", '"', ")", "）")
_LIST_ITEM: Final = re.compile(r"(?:[•·●▪◦–*-]\s|\(?\d{1,3}[.)、．]\s?\D|[a-z][.)]\s)")  # noqa: RUF001
_SHORT: Final = 0.85  # of the widest line: below that a line ends its paragraph
_GAP: Final = 1.6  # of the usual distance of two lines: above that a paragraph ends


@dataclass(frozen=True, slots=True)
class _Look:
    """How the headings of one document look."""

    levels: dict[float, int]  # font size to level, for sizes above the body's
    bold_is_rare: bool  # so that a bold line is a heading
    words: frozenset[str]


def without_furniture(lines: Sequence[Line]) -> list[Line]:
    """Without headers, footers and page numbers: what stands in the margins of many pages.

    Digits count as equal, so that "Page 3 of 9" is the same line on every page.
    """
    pages = {line.page for line in lines}
    if len(pages) < _FEWEST_PAGES:
        return list(lines)
    seen: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        if _in_margin(line):
            seen[_DIGITS.sub("#", line.text)].add(line.page)
    enough = max(_FEWEST_PAGES, _REPEATED * len(pages))
    furniture = {text for text, on in seen.items() if len(on) >= enough}
    return [
        line
        for line in lines
        if not (_in_margin(line) and _DIGITS.sub("#", line.text) in furniture)
    ]


def lay_out(lines: Sequence[Line]) -> list[Item]:
    """Headings by size and weight, paragraphs by distance, length and list marks.

    The largest heading of the first page is the title.
    """
    if not lines:
        return []
    look = _look_of(lines)
    groups = list(_groups(lines, _usual_pitch(lines)))
    items = [_item(group, look) for group in groups]
    cover = [i for i, item in enumerate(items) if item.page == lines[0].page]
    largest = max(cover, key=lambda i: groups[i][0].size)
    if items[largest].kind is BlockKind.HEADING:
        items[largest] = replace(items[largest], kind=BlockKind.TITLE)
    return items


def _look_of(lines: Sequence[Line]) -> _Look:
    letters: Counter[float] = Counter()
    pages: dict[float, set[int]] = defaultdict(set)
    bold = 0
    for line in lines:
        letters[line.size] += len(line.text)
        pages[line.size].add(line.page)
        bold += len(line.text) * line.bold
    body = letters.most_common(1)[0][0]
    larger = sorted({size for size in letters if size > body * _LARGER}, reverse=True)
    # Sizes of one page only, a cover's for example, say nothing about the order of the others.
    ranked = [size for size in larger if len(pages[size]) > 1] or larger
    levels = {size: sum(other > size for other in ranked) + 1 for size in larger}
    return _Look(levels, bold < _MOSTLY * letters.total(), vocabulary(lines))


def _item(group: Sequence[Line], look: _Look) -> Item:
    first = group[0]
    text = joined(group, look.words)
    if _is_heading(text, first, look):
        level = look.levels.get(first.size, len(set(look.levels.values())) + 1)
        numbered = _SECTION.match(text)
        depth = numbered.group().count(".") + 1 if numbered else 0
        level = min(max(level, depth), _DEEPEST)
        return Item(BlockKind.HEADING, text, level=level, page=first.page)
    kind = BlockKind.LIST_ITEM if _LIST_ITEM.match(first.text) else BlockKind.PARAGRAPH
    return Item(kind, text, page=first.page)


def _is_heading(text: str, first: Line, look: _Look) -> bool:
    if text.endswith(_ENDS) or not any(letter.isalpha() for letter in text):
        return False
    if abs(first.right - first.left) < _UPRIGHT * first.size * len(first.text):
        return False  # written up the margin, as arXiv does
    if first.size in look.levels:
        return len(text) <= _LONGEST_HEADING
    return first.bold and look.bold_is_rare and len(text) <= _LONGEST_HEADING // 2


def _groups(lines: Sequence[Line], pitch: float) -> Iterator[list[Line]]:
    group: list[Line] = []
    widest = 0.0
    for line in lines:
        if group and _begins_anew(group[-1], line, pitch, widest):
            yield group
            group, widest = [], 0.0
        group.append(line)
        widest = max(widest, line.right)
    if group:
        yield group


def _begins_anew(previous: Line, line: Line, pitch: float, widest: float) -> bool:
    """Whether `line` starts another paragraph than `previous` belongs to."""
    if previous.size != line.size or previous.bold != line.bold:
        return not previous.broken
    if _LIST_ITEM.match(line.text):
        return True
    jumped = line.page != previous.page or line.bottom > previous.bottom + pitch
    ended = previous.text.endswith(_STOPS)
    if jumped:  # next column or page: a sentence may go on there
        return ended or previous.bold
    if previous.bottom - line.bottom > _GAP * max(pitch, line.size):
        return True
    short = previous.right - previous.left < _SHORT * (widest - previous.left)
    return short and ended


def _usual_pitch(lines: Sequence[Line]) -> float:
    """Most frequent distance of a line to the next one below, in points."""
    steps: Counter[int] = Counter()
    for upper, lower in pairwise(lines):
        step = round(upper.bottom - lower.bottom)
        if upper.page == lower.page and upper.size == lower.size and step > 0:
            steps[step] += 1
    return float(steps.most_common(1)[0][0]) if steps else lines[0].size * 1.2


def _in_margin(line: Line) -> bool:
    return not _MARGIN * line.height < line.bottom < (1 - _MARGIN) * line.height
