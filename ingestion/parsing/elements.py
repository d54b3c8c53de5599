"""From the elements of `unstructured` to items."""

from collections.abc import Iterable, Iterator
from typing import Final

from unstructured.documents.elements import Element

from ingestion.parsing.items import Item
from ingestion.parsing.tables import markdown_table, read_html_table
from retrieval.types import BlockKind

# Page furniture, and things without words of their own.
_DROPPED: Final = frozenset({"Header", "Footer", "PageBreak", "PageNumber", "Image"})
_KINDS: Final = {
    "ListItem": BlockKind.LIST_ITEM,
    "CodeSnippet": BlockKind.CODE,
    "FigureCaption": BlockKind.CAPTION,
}


def items_of(elements: Iterable[Element]) -> Iterator[Item]:
    """A `Title` that knows its depth is a heading; one that was guessed from its words is not."""
    for element in elements:
        category, page = element.category, element.metadata.page_number
        if category in _DROPPED:
            continue
        if category == "Table":
            yield from table_items(element)
        elif category == "Title" and element.metadata.category_depth is not None:
            level = element.metadata.category_depth + 1
            yield Item(BlockKind.HEADING, element.text, level=level, page=page)
        else:
            yield Item(_KINDS.get(category, BlockKind.PARAGRAPH), element.text, page=page)


def table_items(element: Element) -> Iterator[Item]:
    """The table, after its caption. A table of one column is layout: its words are a paragraph."""
    caption, rows = read_html_table(element.metadata.text_as_html or "")
    page, sheet = element.metadata.page_number, element.metadata.page_name
    yield Item(BlockKind.CAPTION, caption, page=page, sheet=sheet)
    filled = [[cell for cell in row if cell.strip()] for row in rows]
    if all(len(row) <= 1 for row in filled):
        words = "\n\n".join(cell for row in filled for cell in row) or element.text
        yield Item(BlockKind.PARAGRAPH, words, page=page, sheet=sheet)
    else:
        yield Item(BlockKind.TABLE, markdown_table(rows), page=page, sheet=sheet)
