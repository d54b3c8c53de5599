"""The tables of a web page: taken out with their merged cells, or told to be layout."""

from collections.abc import Iterator
from typing import Final

from lxml import html as lxml_html
from lxml.html import HtmlElement

from ingestion.parsing.items import Item
from ingestion.parsing.marks import mark
from ingestion.parsing.tables import Cell, Place, filled, table_items

_OWN_ROWS: Final = "./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"
_PARTS: Final = ("caption", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th")
_APART: Final = frozenset(
    ("address", "blockquote", "br", "dd", "div", "dl", "dt", "hr", "li", "ol", "p", "pre", "ul")
)
_HEADINGS: Final = "|".join(f".//h{level}" for level in range(1, 7))


def take_tables(root: HtmlElement) -> list[list[Item]]:
    """Replaces each table of data by a paragraph with the mark of its number.

    A table that only lays the page out becomes plain divisions in its place.
    """
    taken: list[list[Item]] = []
    for table in list(root.iter("table")):
        if next(table.iterancestors("table"), None) is not None:
            continue  # it is a part of its cell
        if is_layout(table):
            _unwrap(table)
            continue
        sign = lxml_html.Element("p")
        sign.text, sign.tail = mark(len(taken)), table.tail
        taken.append(list(items_of_table(table)))
        table.getparent().replace(table, sign)
    return taken


def items_of_table(table: HtmlElement) -> Iterator[Item]:
    rows, heads = [], 0
    for row in table.xpath(_OWN_ROWS):
        in_head = row.getparent().tag == "thead"
        cells = [_cell(cell, in_head) for cell in row.xpath("./td | ./th")]
        heads += bool(cells) and in_head
        rows.append(cells)
    caption = table.find("caption")
    words = words_of(caption) if caption is not None else ""
    return table_items(filled(rows, words, heads or None), Place())


def is_layout(table: HtmlElement) -> bool:
    """No row with two things in it, or headings inside: such a table holds the page."""
    if table.get("role") in ("presentation", "none") or table.xpath(_HEADINGS):
        return True
    if table.find("caption") is not None:
        return False
    rows = (row.xpath("./td | ./th") for row in table.xpath(_OWN_ROWS))
    return all(sum(bool(cell.text_content().strip()) for cell in row) <= 1 for row in rows)


def words_of(element: HtmlElement) -> str:
    """Text of one cell in one line: "• " before the items of a list, "; " between inner rows."""
    words = " ".join("".join(_pieces(element)).split())
    return words.replace(" ;", ";").removesuffix(";")


def _pieces(element: HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield _before(child)
            yield from _pieces(child)
            yield _behind(child)
        yield child.tail or ""


def _before(element: HtmlElement) -> str:
    return " • " if element.tag == "li" else " " if element.tag in _APART else ""


def _behind(element: HtmlElement) -> str:
    if element.tag == "tr":
        return "; "
    if element.tag in ("td", "th"):
        return ", " if element.getnext() is not None else ""
    return " " if element.tag in _APART else ""


def _cell(cell: HtmlElement, in_head: bool) -> Cell:
    rows, columns = _span(cell, "rowspan"), _span(cell, "colspan")
    return Cell(words_of(cell), rows, columns, in_head or cell.tag == "th")


def _span(cell: HtmlElement, name: str) -> int:
    written = (cell.get(name) or "").strip()
    return max(1, int(written[:5])) if written.isascii() and written.isdigit() else 1


def _unwrap(table: HtmlElement) -> None:
    """Turns the table's own parts into divisions; a table within is looked at by itself."""
    for part in list(table.iter(*_PARTS)):
        if next(part.iterancestors("table"), None) is table:
            part.tag = "div"
    table.tag = "div"
