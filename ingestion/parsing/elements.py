"""From the elements of `unstructured` to items."""

from collections.abc import Iterable, Iterator
from typing import Final

from lxml import html as lxml_html
from unstructured.documents.elements import Element

from ingestion.parsing.html_tables import items_of_table
from ingestion.parsing.items import Item
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
        category = element.category
        if category in _DROPPED:
            continue
        if category == "Table":
            yield from _table_items(element)
        elif category == "Title" and element.metadata.category_depth is not None:
            yield Item(BlockKind.HEADING, element.text, level=element.metadata.category_depth + 1)
        else:
            yield Item(_KINDS.get(category, BlockKind.PARAGRAPH), element.text)


def _table_items(element: Element) -> Iterator[Item]:
    """Merged cells say so in the element's HTML. A table too wide for that is its words."""
    markup = element.metadata.text_as_html
    whole = lxml_html.fragment_fromstring(markup, create_parent="div") if markup else None
    table = whole.find(".//table") if whole is not None else None
    if table is None:
        yield Item(BlockKind.PARAGRAPH, element.text)
    else:
        yield from items_of_table(table)
