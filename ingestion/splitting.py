"""Long texts and tables to portions of a few hundred tokens; arithmetic only."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.tokens import Ruler

# After 。！？ at once; after .!? only before white space, so that 3.14 and e.g. URLs stay whole.
_SENTENCE_END: Final = re.compile(r"(?<=[。！？；])|(?<=[.!?])(?=\s)|(?<=\n)")
_LINE_END: Final = re.compile(r"(?<=\n)")
_WORD_END: Final = re.compile(r"(?<=\s)")
_CELL_END: Final = re.compile(r"(?<=[^\\]\|)(?=\s)")
_SPACES: Final = re.compile(r"\s+")
_HEADER_ROWS: Final = 2  # names of the columns and the rule below them


@dataclass(frozen=True, slots=True)
class Measure:
    """Portions are filled up to `target` tokens and never above `limit`."""

    ruler: Ruler
    target: int
    limit: int


def split_text(text: str, measure: Measure) -> list[str]:
    """`text` itself when it is within the limit, else portions of whole sentences near the target.

    A sentence above the limit is split at white space; a word above it, anywhere.
    """
    return _split(text, (_SENTENCE_END, _WORD_END), measure)


def split_code(text: str, measure: Measure) -> list[str]:
    """Like `split_text`, by whole lines."""
    return _split(text, (_LINE_END, _WORD_END), measure, tidy=lambda portion: portion.strip("\n"))


def split_table(table: str, measure: Measure) -> list[str]:
    """A Markdown table in portions of whole rows, each under the header.

    A row that does not fit below the header is split between its cells and stands without it.
    """
    tokens = measure.ruler.tokens
    if tokens(table) <= measure.limit:
        return [table] if table.strip() else []
    lines = table.split("\n")
    header, rows = "\n".join(lines[:_HEADER_ROWS]), lines[_HEADER_ROWS:]
    room = measure.limit - tokens(header) - 2
    if room < measure.limit // 4 or not rows:
        return _split(table, (_LINE_END, _CELL_END, _WORD_END), measure)
    measure.ruler.measure(rows)
    portions: list[str] = []
    gathered, filled = [header], 0
    for row in rows:
        cost = tokens(row)
        if len(gathered) > 1 and filled + cost > min(room, measure.target):
            portions.append("\n".join(gathered))
            gathered, filled = [header], 0
        if cost > room:
            portions.extend(_split(row, (_CELL_END, _WORD_END), measure))
        else:
            gathered.append(row)
            filled += cost
    return [*portions, "\n".join(gathered)] if len(gathered) > 1 else portions


def halves(text: str) -> list[str]:
    """Two parts of a text of two characters at least, cut at white space if there is any."""
    stripped = text.strip()
    middle = len(stripped) // 2
    spaces = [found.start() for found in _SPACES.finditer(stripped)]
    if spaces:
        middle = min(spaces, key=lambda place: abs(place - middle))
    return [part for part in (stripped[:middle].strip(), stripped[middle:].strip()) if part]


def _split(
    text: str,
    ends: Sequence[re.Pattern[str]],
    measure: Measure,
    tidy: Callable[[str], str] = str.strip,
) -> list[str]:
    if measure.ruler.tokens(text) <= measure.limit:
        return [text] if text.strip() else []
    portions = map(tidy, _gather(_units(text, ends, measure), measure))
    return [portion for portion in portions if portion.strip()]


def _units(text: str, ends: Sequence[re.Pattern[str]], measure: Measure) -> Iterator[str]:
    """Pieces of the text that are within the limit, cut at the first kind of end that does."""
    tokens = measure.ruler.tokens
    if not ends:
        yield from _slices(text, measure)
        return
    units = ends[0].split(text)
    measure.ruler.measure(units)
    for unit in units:
        if tokens(unit) <= measure.limit:
            yield unit
        else:
            yield from _units(unit, ends[1:], measure)


def _slices(word: str, measure: Measure) -> Iterator[str]:
    """Halves of halves, until each is within the limit."""
    if measure.ruler.tokens(word) <= measure.limit or len(word) < 2:
        yield word
        return
    middle = len(word) // 2
    yield from _slices(word[:middle], measure)
    yield from _slices(word[middle:], measure)


def _gather(units: Iterator[str], measure: Measure) -> Iterator[str]:
    gathered, filled = "", 0
    for unit in units:
        cost = measure.ruler.tokens(unit)
        if gathered and (filled >= measure.target or filled + cost > measure.limit):
            yield gathered
            gathered, filled = "", 0
        gathered += unit
        filled += cost
    yield gathered
