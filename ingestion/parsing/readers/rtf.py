"""RTF, through striprtf, which knows its encodings. Headings, tables and notes are ours.

striprtf gives lines of text. So what makes a heading, a cell, a row or a footnote is written
into the RTF as a character of the private use area before, and looked for in the text.
"""

import re
from collections.abc import Iterator
from itertools import count
from typing import Final

from striprtf.striprtf import rtf_to_text

from ingestion.parsing.items import Item, Job
from ingestion.parsing.readers.text import is_list_item
from ingestion.parsing.tables import Cell, Place, filled, table_items
from retrieval.types import BlockKind

_CELL, _ROW, _ROW_START, _NOTE, _NOTE_END = map(chr, range(0xE010, 0xE015))
_LEVELS: Final = [chr(0xE020 + level) for level in range(9)]
_OWN: Final = re.compile("[\ue010-\ue02f]")
_PICTURE: Final = re.compile(r"[0-9a-fA-F\r\n]{1000,}")  # as hexadecimal digits
_FOOTNOTE: Final = re.compile(r"\{(?:\\\*)?\\footnote(?![a-z])")
_BRACE: Final = re.compile(r"\\[\\{}]|[{}]")
_WORDS: Final = (
    (re.compile(r"(?<!\\)\\cell(?![a-z])"), _CELL),
    (re.compile(r"(?<!\\)\\row(?![a-z])"), _ROW),
    (re.compile(r"(?<!\\)\\trowd(?![a-z])"), _ROW_START),
    *(
        (re.compile(rf"(?<!\\)\\outlinelevel{level}(?!\d)"), sign)
        for level, sign in enumerate(_LEVELS)
    ),
)
# Some programs say once for all rows of a table how a row begins.
_FIRST: Final = f"{_ROW_START}[^{_ROW}]*{_ROW}\n?"
_NEXT: Final = f"(?<={_ROW}\n)[^{_ROW}{_ROW_START}\n]*{_ROW}\n?"
_ROWS: Final = re.compile(f"{_FIRST}|{_NEXT}")
_TABLE: Final = re.compile(f"(?:{_ROWS.pattern})+")
_NOTES: Final = re.compile(f"{_NOTE}([^{_NOTE_END}]*){_NOTE_END}")
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def read(job: Job) -> list[Item]:
    source = _PICTURE.sub("", job.path.read_bytes().decode("latin-1"))
    text: str = rtf_to_text(_marked(source), errors="replace")
    return list(_items(text))


def _marked(source: str) -> str:
    source = _with_notes_marked(source)
    for words, sign in _WORDS:
        source = words.sub(_written(sign).replace("\\", r"\\") + r"\g<0>", source)
    return source


def _with_notes_marked(source: str) -> str:
    """A footnote stands in its group where it is referred to; striprtf would skip it."""
    pieces, place = [], 0
    for found in _FOOTNOTE.finditer(source):
        end = _end_of_group(source, found.end())
        pieces += [source[place : found.start()], "{", _written(_NOTE)]
        pieces += [source[found.end() : end], _written(_NOTE_END)]
        place = end
    return "".join([*pieces, source[place:]])


def _end_of_group(source: str, start: int) -> int:
    depth = 1
    for brace in _BRACE.finditer(source, start):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if depth == 0:
            return brace.start()
    return len(source)


def _written(sign: str) -> str:
    """The character, as RTF writes any that is not in its code page."""
    return f"{{\\uc1\\u{ord(sign) - 0x10000} ?}}"


def _items(text: str) -> Iterator[Item]:
    numbers = count(1)
    place = 0
    for table in _TABLE.finditer(text):
        yield from _paragraphs(text[place : table.start()], numbers)
        yield from _table(table.group())
        place = table.end()
    yield from _paragraphs(text[place:], numbers)


def _table(text: str) -> Iterator[Item]:
    rows = []
    for row in _ROWS.finditer(text):
        cells = row.group().split(_CELL)[:-1]
        rows.append([Cell(_OWN.sub("", cell.removeprefix("|")).strip()) for cell in cells])
    return table_items(filled(rows), Place())


def _paragraphs(text: str, numbers: Iterator[int]) -> Iterator[Item]:
    notes: list[Item] = []

    def raised(found: re.Match[str]) -> str:
        sign = str(next(numbers)).translate(_RAISED)
        notes.append(Item(BlockKind.FOOTNOTE, f"{sign} {_OWN.sub('', found[1]).strip()}"))
        return sign

    for line in _NOTES.sub(lambda f: f.group().replace("\n", " "), text).split("\n"):
        words = _NOTES.sub(raised, line)
        level = next((_LEVELS.index(sign) + 1 for sign in words if sign in _LEVELS), 0)
        plain = _OWN.sub("", words)
        if level:
            yield Item(BlockKind.HEADING, plain, level)
        else:
            kind = BlockKind.LIST_ITEM if is_list_item(plain) else BlockKind.PARAGRAPH
            yield Item(kind, plain)
        yield from notes
        notes.clear()
