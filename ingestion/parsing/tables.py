"""Cells that span several places to filled rows, and rows to a Markdown table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from ingestion.parsing.items import Item
from retrieval.types import BlockKind

_WIDEST: Final = 1_000  # columns, as in browsers; a cell that claims more is cut
_MOST_HEADER_ROWS: Final = 4
_NUMBER: Final = re.compile(r"[-+(]?[$€£¥]?\s?\d[\d.,\s]*\s?[%)]*")
_BEFORE: Final = frozenset(
    {"", "$", "€", "£", "¥", "("}
)  # signs that stand in a column of their own
_BEHIND: Final = frozenset({"", "%", ")", ")%", "%)"})


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    rows: int = 1  # that it covers, downwards
    columns: int = 1
    is_header: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are of one length; the first `header` of them name the columns."""

    rows: tuple[tuple[str, ...], ...]
    header: int = 1
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands."""

    page: int | None = None
    sheet: str | None = None
    cells: str | None = None


def filled(rows: Sequence[Sequence[Cell]], caption: str = "", header: int | None = None) -> Table:
    """Each cell's text in every place that it covers; a row lists the cells that begin in it.

    A first row of one cell over the whole width is the caption; further down, such a cell names
    the rows below it and stands in the first column only.
    """
    named = tuple(row for row in rows if row)
    if not named:
        return Table((), 1, caption)
    grid = _spread(named)
    width = max((len(row) for row in grid), default=0)
    if len(named) > 1 and width > 1 and _is_across(named[0], width):
        title = "\n".join(filter(None, (caption, _line(named[0][0].text))))
        return filled(named[1:], title, header - 1 if header else None)
    for cells, line in zip(named, grid, strict=True):
        if width > 1 and _is_across(cells, width):
            line[1:] = [""] * (len(line) - 1)
    padded = (line + [""] * (width - len(line)) for line in grid)
    height = min(header or _header_height(named), max(1, len(grid) - 1))
    return Table(_without_sign_columns([tuple(line) for line in padded], height), height, caption)


def markdown_table(rows: Sequence[Sequence[str]], header: int = 1) -> str:
    """A GitHub-flavoured table; "" when no cell holds anything.

    Several header rows become one, because Markdown has one: "2024 Q1" over a column. Columns
    and rows without a single filled cell are left out; a header cell that is empty stays.
    """
    lines = [[_cell(cell) for cell in row] for row in rows]
    head, body = lines[:header], [row for row in lines[header:] if any(row)]
    head = [row for row in head if any(row)] or body[:1]
    if not head:
        return ""
    body = body[1:] if body and head[0] is body[0] else body
    width = max(len(row) for row in (*head, *body))
    padded = [row + [""] * (width - len(row)) for row in (*head, *body)]
    joined = [_name(row[column] for row in padded[: len(head)]) for column in range(width)]
    shown = [joined, *padded[len(head) :]]
    kept = [column for column in range(width) if any(row[column] for row in shown)]
    written = ["| " + " | ".join(row[column] for column in kept) + " |" for row in shown]
    return "\n".join((written[0], "|" + " --- |" * len(kept), *written[1:]))


def table_items(table: Table, place: Place) -> Iterator[Item]:
    """The table, after its caption. A table of one column is layout: its words are paragraphs."""
    page, sheet, cells = place.page, place.sheet, place.cells
    yield Item(BlockKind.CAPTION, table.caption, page=page, sheet=sheet)
    if all(sum(bool(cell.strip()) for cell in row) <= 1 for row in table.rows):
        words = "\n\n".join(cell for row in table.rows for cell in row if cell.strip())
        yield Item(BlockKind.PARAGRAPH, words, page=page, sheet=sheet, cells=cells)
    else:
        text = markdown_table(table.rows, table.header)
        yield Item(BlockKind.TABLE, text, page=page, sheet=sheet, cells=cells)


def _spread(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Places that no cell covers are empty."""
    covered: dict[tuple[int, int], str] = {}
    for top, row in enumerate(rows):
        left = 0
        for cell in row:
            while (top, left) in covered:
                left += 1
            right = left + min(max(1, cell.columns), _WIDEST)
            for line in range(top, min(top + max(1, cell.rows), len(rows))):
                covered.update({(line, column): cell.text for column in range(left, right)})
            left = right
    widths = [0] * len(rows)
    for line, column in covered:
        widths[line] = max(widths[line], column + 1)
    return [
        [covered.get((line, column), "") for column in range(width)]
        for line, width in enumerate(widths)
    ]


def _is_across(row: Sequence[Cell], width: int) -> bool:
    return len(row) == 1 and row[0].rows == 1 and row[0].columns >= width


def _header_height(rows: Sequence[Sequence[Cell]]) -> int:
    """Rows that say of themselves that they are header; else what the merges of the first tell."""
    said = sum(1 for _ in takewhile(lambda row: all(cell.is_header for cell in row), rows))
    if said:
        return min(said, _MOST_HEADER_ROWS)
    height = max(1, *(cell.rows for cell in rows[0]))
    while height < len(rows) and _is_grouped(rows[height - 1]) and not _has_number(rows[height]):
        height += 1
    return height if height <= _MOST_HEADER_ROWS else 1


def _is_grouped(row: Sequence[Cell]) -> bool:
    return any(cell.columns > 1 for cell in row)


def _has_number(row: Sequence[Cell]) -> bool:
    return any(_NUMBER.fullmatch(cell.text.strip()) for cell in row)


def _without_sign_columns(rows: list[tuple[str, ...]], header: int) -> tuple[tuple[str, ...], ...]:
    """Reports set "$" and "%" in columns of their own: they join the number that they are of.

    Only below a name that is empty or that of the number's column, as under a merged cell.
    """
    lines = [list(row) for row in rows]
    width = len(lines[0]) if lines else 0
    for column in range(width):
        body = {line[column].strip() for line in lines[header:]}
        for step, signs in ((1, _BEFORE), (-1, _BEHIND)):
            beside = column + step
            if body <= signs and 0 <= beside < width and _is_same(lines[:header], column, beside):
                _join(lines, header, column, step)
                break
    return tuple(tuple(line) for line in lines)


def _is_same(header: list[list[str]], column: int, beside: int) -> bool:
    return all(line[column].strip() in ("", line[beside].strip()) for line in header)


def _join(lines: list[list[str]], header: int, column: int, step: int) -> None:
    """Empties the column into the one beside it."""
    for place, line in enumerate(lines):
        sign, number = line[column].strip(), line[column + step].strip()
        line[column] = ""
        if place >= header and sign:
            line[column + step] = sign + number if step > 0 else number + sign


def _name(parts: Iterator[str] | Sequence[str]) -> str:
    """Of the header rows above one column; a merged cell says its words once."""
    return " ".join(dict.fromkeys(part for part in parts if part))


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")
