"""Tables with a grid: rules across and upright that part the cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.parsing.pdf_frame import Area
from ingestion.parsing.pdf_lines import Line
from ingestion.parsing.pdf_rows import around, as_one, cells_of, joined_cell, rows_of
from ingestion.parsing.pdf_rulings import Rulings
from ingestion.parsing.pdf_table import Row, Table

_TOUCH: Final = 3.0  # points: rules that are nearer meet
_MOST_RULES: Final = 600  # of a page: a drawing has more
_MOST_CELLS: Final = 4_000
_FILLED: Final = 0.3  # of the cells hold words, else it is a drawing
_MOST_HEADS: Final = 3  # rows


@dataclass(frozen=True, slots=True)
class Grid:
    table: Table
    lines: tuple[Line, ...]  # what its cells are made of


@dataclass(frozen=True, slots=True)
class _Net:
    """Where the cells are parted; `merged` leads each cell to the first one it is one with."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    merged: dict[tuple[int, int], tuple[int, int]]  # by row and column


def grids_in(lines: Sequence[Line], rulings: Rulings) -> list[Grid]:
    if not rulings.upright or len(rulings.across) + len(rulings.upright) > _MOST_RULES:
        return []
    found = []
    for across, upright in _meeting(rulings):
        net = _net(across, upright)
        grid = _grid(lines, net) if net is not None else None
        if grid is not None:
            found.append(grid)
    return found


def _meeting(rulings: Rulings) -> Iterator[tuple[list[Area], list[Area]]]:
    """Sets of rules that touch each other."""
    left = [*rulings.across, *rulings.upright]
    while left:
        group, waiting = [], [left.pop()]
        while waiting:
            rule = waiting.pop()
            group.append(rule)
            near = [other for other in left if _meet(rule, other)]
            left = [other for other in left if other not in near]
            waiting += near
        across = [rule for rule in group if rule.width >= rule.depth]
        upright = [rule for rule in group if rule.width < rule.depth]
        if len(across) >= 2 and upright:
            yield across, upright


def _meet(one: Area, other: Area) -> bool:
    return (
        one.left <= other.right + _TOUCH
        and other.left <= one.right + _TOUCH
        and one.top <= other.bottom + _TOUCH
        and other.top <= one.bottom + _TOUCH
    )


def _net(across: Sequence[Area], upright: Sequence[Area]) -> _Net | None:
    ends = [side for rule in across for side in (rule.left, rule.right)]
    xs = _clustered([rule.middle for rule in upright] + [min(ends), max(ends)])
    ys = _clustered([rule.level for rule in across])
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 2 or columns < 2 or rows * columns > _MOST_CELLS:
        return None
    merged = {(r, c): (r, c) for r in range(rows) for c in range(columns)}
    for r in range(rows):
        for c in range(columns):
            level, middle = (ys[r] + ys[r + 1]) / 2, (xs[c] + xs[c + 1]) / 2
            if c and not _parts(upright, xs[c], level):
                _merge(merged, (r, c - 1), (r, c))
            if r and not _lies(across, ys[r], middle):
                _merge(merged, (r - 1, c), (r, c))
    return _Net(tuple(xs), tuple(ys), merged)


def _clustered(values: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _TOUCH:
            kept.append(value)
    return kept


def _parts(upright: Sequence[Area], x: float, level: float) -> bool:
    return any(abs(r.middle - x) <= _TOUCH and r.top <= level <= r.bottom for r in upright)


def _lies(across: Sequence[Area], y: float, middle: float) -> bool:
    return any(abs(r.level - y) <= _TOUCH and r.left <= middle <= r.right for r in across)


def _merge(
    merged: dict[tuple[int, int], tuple[int, int]], one: tuple[int, int], other: tuple[int, int]
) -> None:
    first, second = sorted((merged[one], merged[other]))
    for cell, root in merged.items():
        if root == second:
            merged[cell] = first


def _grid(lines: Sequence[Line], net: _Net) -> Grid | None:
    inside: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        row, column = _between(line.area.level, net.ys), _between(line.area.middle, net.xs)
        if row is not None and column is not None:
            inside.setdefault(net.merged[row, column], []).append(line)
    roots = set(net.merged.values())
    columns = {net.merged[row, column][1] for row, column in net.merged}
    if len(inside) < max(4, _FILLED * len(roots)) or len(columns) < 2:
        return None
    rows = [row for r in range(len(net.ys) - 1) for row in _rows(r, net, inside)]
    heads = _heads(net, rows)
    some = next(iter(inside.values()))[0]
    names = tuple(
        " ".join(dict.fromkeys(filter(None, name)))
        for name in zip(*(row.cells for _, row in rows[:heads]), strict=True)
    )
    table = Table(
        some.page,
        Row(names, tuple(dict.fromkeys(line for _, row in rows[:heads] for line in row.lines))),
        tuple(row for _, row in rows[heads:]),
        Area(net.xs[0], net.ys[0], net.xs[-1], net.ys[-1]),
        some.height,
        some.width,
        some.turn,
    )
    return Grid(table, tuple(line for cell in inside.values() for line in cell))


def _between(value: float, bounds: Sequence[float]) -> int | None:
    for index in range(len(bounds) - 1):
        if bounds[index] <= value < bounds[index + 1]:
            return index
    return None


def _rows(
    r: int, net: _Net, inside: dict[tuple[int, int], list[Line]]
) -> Iterator[tuple[int, Row]]:
    """A row of the grid, or the rows within it where its values stand in several levels."""
    roots = [net.merged[r, column] for column in range(len(net.xs) - 1)]
    cells = {root: rows_of(inside.get(root, ())) for root in dict.fromkeys(roots)}
    lines = [row for root, rows in cells.items() if root[0] == r for row in rows]
    if not any(cells.values()):
        return
    counts = [len(rows) for rows in cells.values() if len(rows) > 1 and _are_values(rows)]
    if len(counts) >= 2 and len(set(counts)) == 1:
        for level in range(counts[0]):
            chosen = {root: _at(rows, level, counts[0]) for root, rows in cells.items()}
            places = [around(line.area for line in row) for rows in chosen.values() for row in rows]
            yield r, Row(tuple(_text(chosen[root]) for root in roots), tuple(places))
        return
    areas = tuple(around(line.area for line in row) for row in lines)
    yield r, Row(tuple(_text(cells[root]) for root in roots), areas)


def _are_values(rows: Sequence[Sequence[Line]]) -> bool:
    return all(len(cells := cells_of(row)) == 1 and cells[0].value for row in rows)


def _at(rows: list[list[Line]], level: int, of: int) -> list[list[Line]]:
    return [rows[level]] if len(rows) == of else rows


def _text(rows: Sequence[Sequence[Line]]) -> str:
    lines = map(as_one, rows)
    return joined_cell(line.text + "-" * line.broken for line in lines)


def _heads(net: _Net, rows: Sequence[tuple[int, Row]]) -> int:
    """How many rows name columns: those that the cells of the first row reach down to."""
    first = rows[0][0]
    deepest = max(r for (r, _), root in net.merged.items() if root[0] == first)
    heads = sum(r <= deepest for r, _ in rows)
    return heads if heads <= _MOST_HEADS and heads < len(rows) else 1
