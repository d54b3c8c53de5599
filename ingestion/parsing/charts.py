"""The numbers of a chart in a Word document or presentation, as a table."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from lxml import etree

from ingestion.parsing.items import Item
from ingestion.parsing.tables import Place, Table, table_items

_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_TEXT: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_CATEGORIES: Final = ("cat", "xVal")
_VALUES: Final = ("val", "yVal")
_DIGITS: Final = 12  # the file stores 0.1 as 0.10000000000000001


def chart_items(part: bytes, place: Place) -> Iterator[Item]:
    """Categories downwards, series across, below the chart's title."""
    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    series = list(root.iter(f"{_CHART}ser"))
    names = [_words(one.find(f"{_CHART}tx")) for one in series]
    categories = max((_points(one, _CATEGORIES) for one in series), key=len, default=[])
    columns = [_points(one, _VALUES) for one in series]
    body = list(zip_longest(categories, *columns, fillvalue=""))
    if body:
        caption = " ".join(t.text or "" for t in _title(root))
        table = Table((("", *names), *body), 1, " ".join(caption.split()))
        yield from table_items(table, place)


def _title(root: etree._Element) -> Iterator[etree._Element]:
    title = root.find(f"{_CHART}chart/{_CHART}title")
    return iter(()) if title is None else title.iter(_TEXT)


def _words(element: etree._Element | None) -> str:
    values = () if element is None else element.iter(f"{_CHART}v")
    return " ".join((value.text or "").strip() for value in values)


def _points(series: etree._Element, names: Sequence[str]) -> list[str]:
    """In the order of their index; what was left out is empty."""
    found = next((e for name in names if (e := series.find(f"{_CHART}{name}")) is not None), None)
    if found is None:
        return []
    level = next(found.iter(f"{_CHART}lvl"), found)  # of several levels, the innermost
    points = {int(p.get("idx", 0)): _number(p) for p in level.iter(f"{_CHART}pt")}
    return [points.get(index, "") for index in range(min(max(points, default=-1) + 1, 10_000))]


def _number(point: etree._Element) -> str:
    text = (point.findtext(f"{_CHART}v") or "").strip()
    try:
        return f"{float(text):.{_DIGITS}g}" if "." in text else text
    except ValueError:
        return text
