"""What stands on one level of a page: rows of lines, and rows of a table's cells."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_lines import Line
from ingestion.parsing.pdf_words import raised

_SAME: Final = 0.45  # of the letters' height: lines whose middles are nearer stand in one row
_SMALL: Final = 0.8  # of the letters' height: a number before them is the mark of a note
_CURRENCY: Final = re.compile(r"(?:US|C|A|HK|NT)?[$€£¥₩]|RMB|USD|EUR")
_TAIL: Final = re.compile(r"[)\]]?\s?%?|%|pts?|bps?|x")
_MARK: Final = re.compile(r"(?:\((?:\d{1,2}|[a-z])\))+:?|[*†‡®™©]+")
_VALUE: Final = re.compile(r"[\d—–−-]")
_SOFT: Final = re.compile(r"[\s\d.,()\[\]%$€£¥₩+*†‡–—−/:x-]")
_NOTHING: Final = re.compile(r"[—–−-]+\s?%?|N/?[AM]|n/?[am]|nm|\*+")
_WORDS: Final = 1.2  # of the letters' height: less white space is between words
_LONGEST_VALUE: Final = 28
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_CJK: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    area: Area
    value: bool  # a number, a share, a dash
    bold: bool = False


def rows_of(lines: Iterable[Line]) -> list[list[Line]]:
    """From the top down; each row from left to right."""
    rows: list[list[Line]] = []
    tallest: list[Area] = []  # of each row
    for line in sorted(lines, key=lambda line: line.top + line.bottom):
        area = line.area
        for index in range(len(rows) - 1, max(len(rows) - 4, -1), -1):
            highest = tallest[index]
            depth = max(min(area.depth, highest.depth), 0.6 * highest.depth)
            if abs(area.level - highest.level) <= _SAME * depth:
                rows[index].append(line)
                if area.depth > highest.depth:
                    tallest[index] = area
                break
        else:
            rows.append([line])
            tallest.append(area)
    return [sorted(row, key=lambda line: line.left) if len(row) > 1 else row for row in rows]


def around(areas: Iterable[Area]) -> Area:
    listed = list(areas)
    return Area(
        min(area.left for area in listed),
        min(area.top for area in listed),
        max(area.right for area in listed),
        max(area.bottom for area in listed),
    )


def as_one(row: Sequence[Line]) -> Line:
    """A row that is no row of a table: its lines are one line."""
    if len(row) == 1:
        return row[0]
    leftward = sum(bool(_RIGHT_TO_LEFT.search(line.text)) for line in row) * 2 > len(row)
    ordered = list(reversed(row)) if leftward else row
    text = ordered[0].text
    if text.isdigit() and len(text) <= 2 and row[0].area.depth < _SMALL * row[1].area.depth:
        text = raised(text)
    for line in ordered[1:]:
        wide = _CJK.match(text[-1:]) and _CJK.match(line.text[:1])
        text += line.text if wide else " " + line.text
    area = around(line.area for line in row)
    longest = max(row, key=lambda line: len(line.text))
    return replace(
        longest,
        text=text,
        left=area.left,
        top=area.top,
        right=area.right,
        bottom=area.bottom,
        broken=ordered[-1].broken,
    )


def cells_of(row: Sequence[Line]) -> list[Cell]:
    """Cells with currency signs, brackets, percent signs and marks of notes joined to them."""
    cells: list[Cell] = []
    for line in row:
        text = line.text + "-" * line.broken
        cell = Cell(text, line.area, is_value(text), line.bold)
        if cells and _belongs(cells[-1], cell):
            apart = not (cell.value or cells[-1].value) or _MARK.fullmatch(cell.text)
            space = " " if apart and not _CURRENCY.fullmatch(cells[-1].text) else ""
            text = cells[-1].text + space + cell.text
            area = around((cells[-1].area, cell.area))
            cells[-1] = Cell(text, area, is_value(text), cells[-1].bold)
        else:
            cells.append(cell)
    return [replace(c, text=_tightened(c.text)) if c.value else c for c in cells]


def _belongs(before: Cell, cell: Cell) -> bool:
    if _CURRENCY.fullmatch(before.text):
        return cell.value
    gap = cell.area.left - before.area.right
    near = gap < 1.5 * cell.area.depth
    if before.value and _TAIL.fullmatch(cell.text):
        return near
    if not before.value and not cell.value and gap < _WORDS * cell.area.depth:
        return True  # words around a number of a sentence
    small = cell.area.depth < 0.9 * before.area.depth or gap < 0.5 * before.area.depth
    return bool(_MARK.fullmatch(cell.text)) and near and small


def joined_cell(lines: Iterable[str]) -> str:
    """The lines of one cell; a hyphen at a line's end stays."""
    text = ""
    for line in filter(None, lines):
        goes_on = text[-1:] == "-" and text[-2:-1].isalpha() and line[0].isalpha()
        text += line if goes_on or not text else " " + line
    return text


def is_value(text: str) -> bool:
    """Whether a cell is a number or stands for one, for example "(1,234)", "$ 5.1", "12 %", "—"."""
    if _NOTHING.fullmatch(text):
        return True
    if len(text) > _LONGEST_VALUE or not _VALUE.search(text) or text.endswith(","):
        return False
    hard = len(_SOFT.sub("", text))
    begins = text[0].isdigit() or text[0] in "(—–-$€£¥₩"
    return hard == 0 or (begins and hard * 2 < len(text.replace(" ", "")))


def _tightened(value: str) -> str:
    """ "$ 5.1" and "12 %" as "$5.1" and "12%"."""
    value = re.sub(r"(?<=[$€£¥₩])\s+(?=[\d(.—–-])", "", value)
    return re.sub(r"(?<=[\d—)])\s+(?=[%)])", "", value)
