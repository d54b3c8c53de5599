"""From the lines of a whole PDF to headings and paragraphs; arithmetic only."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from ingestion.parsing.items import Item
from ingestion.parsing.pdf_lines import Line
from retrieval.types import BlockKind

_DIGITS: Final = re.compile(r"\d+")
_MARGIN: Final = 0.12  # of the page's height, above and below
_REPEATED: Final = 0.5  # of the pages
_FEWEST_PAGES: Final = 3
_LARGER: Final = 1.12  # a heading's letters to the body's
_LONGEST_HEADING: Final = 160  # characters
_DEEPEST: Final = 4
_ENDS: Final = (".", "!", "?", ":", ";", ",", "。", "！", "？", "；", "，", "、")
_STOPS: Final = (".", "!", "?", ":", "。", "！", "？", "：", "」", "”", '"', ")", "）")
_LIST_ITEM: Final = re.compile(r"(?:[•·●▪◦–*-]\s|\(?\d{1,3}[.)、．]\s?\D|[a-z][.)]\s)")  # noqa: RUF001
_CJK: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u30ff]")
_SHORT: Final = 0.85  # of the widest line: below that a line ends its paragraph
_GAP: Final = 1.6  # of the usual distance of two lines: above that a paragraph ends


def without_furniture(lines: Sequence[Line]) -> list[Line]:
    """Without headers, footers and page numbers: what stands in the margins of most pages.

    Digits count as equal, so that "Page 3 of 9" is the same line on every page.
    """
    pages = {line.page for line in lines}
    if len(pages) < _FEWEST_PAGES:
        return list(lines)
    seen: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        if _in_margin(line):
            seen[_DIGITS.sub("#", line.text)].add(line.page)
    furniture = {text for text, on in seen.items() if len(on) > _REPEATED * len(pages)}
    return [
        line
        for line in lines
        if not (_in_margin(line) and _DIGITS.sub("#", line.text) in furniture)
    ]


def lay_out(lines: Sequence[Line]) -> list[Item]:
    """Headings by size and weight, paragraphs by distance, length and list marks."""
    if not lines:
        return []
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += len(line.text)
    body = letters.most_common(1)[0][0]
    larger = sorted({s for s in letters if s > body * _LARGER}, reverse=True)
    levels = {size: min(rank + 1, _DEEPEST) for rank, size in enumerate(larger)}
    pitch = _usual_pitch(lines)
    return [_item(group, levels) for group in _groups(lines, pitch)]


def _item(group: Sequence[Line], levels: dict[float, int]) -> Item:
    first = group[0]
    text = _joined(group)
    if _looks_like_heading(first, levels) and len(text) <= _LONGEST_HEADING:
        level = levels.get(first.size, min(len(levels) + 1, _DEEPEST))
        return Item(BlockKind.HEADING, text, level=level, page=first.page)
    kind = BlockKind.LIST_ITEM if _LIST_ITEM.match(first.text) else BlockKind.PARAGRAPH
    return Item(kind, text, page=first.page)


def _looks_like_heading(line: Line, levels: dict[float, int]) -> bool:
    if line.text.endswith(_ENDS) or not any(letter.isalpha() for letter in line.text):
        return False
    return line.size in levels or line.bold


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
    if previous.bottom - line.bottom > _GAP * pitch:
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


def _joined(group: Sequence[Line]) -> str:
    """Lines as one: hyphenated words whole, a space between words, none inside Chinese."""
    text = group[0].text
    for previous, line in pairwise(group):
        wide = _CJK.match(text[-1:]) and _CJK.match(line.text[:1])
        text += line.text if previous.broken or wide else " " + line.text
    return text


def _in_margin(line: Line) -> bool:
    return not _MARGIN * line.height < line.bottom < (1 - _MARGIN) * line.height
