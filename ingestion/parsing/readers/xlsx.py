"""Excel workbooks, through `unstructured`: every connected region of cells is a table."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Final

from unstructured.documents.elements import Element
from unstructured.partition.xlsx import partition_xlsx

from ingestion.parsing.containers import check_container, transitional
from ingestion.parsing.elements import table_items
from ingestion.parsing.items import Item, Job
from ingestion.parsing.language_model import use_installed_model
from retrieval.types import BlockKind

# pandas turns a column of whole numbers with a gap into floats: 12553 becomes 12553.0.
_WHOLE: Final = re.compile(r"(?<=\| )(-?\d+)\.0(?= \|)")
_BREAK_IN_CELL: Final = r"\n"  # `unstructured` writes it as these two characters
_SHEET_LEVEL: Final = 1
_TITLE_LEVEL: Final = 2


def read(job: Job) -> list[Item]:
    check_container(job.path, job.filename, job.limits)
    use_installed_model()
    path = transitional(job.path, job.folder)
    elements = partition_xlsx(filename=str(path), infer_table_structure=True, languages=[""])
    return list(_items(elements))


def _items(elements: list[Element]) -> Iterator[Item]:
    """A sheet's name is a heading above its tables, a lone line above a table one below that."""
    sheet = None
    for element, following in zip_longest(elements, elements[1:]):
        if element.metadata.page_name != sheet:
            sheet = element.metadata.page_name
            yield Item(BlockKind.HEADING, sheet or "", level=_SHEET_LEVEL, sheet=sheet)
        if element.category == "Table":
            for item in table_items(element):
                text = _WHOLE.sub(r"\1", item.text.replace(_BREAK_IN_CELL, " "))
                yield replace(item, text=text, page=None)
        elif _stands_above_a_table(element, following):
            yield Item(BlockKind.HEADING, element.text, level=_TITLE_LEVEL, sheet=sheet)
        else:
            yield Item(BlockKind.PARAGRAPH, element.text, sheet=sheet)


def _stands_above_a_table(element: Element, following: Element | None) -> bool:
    if following is None or following.category != "Table" or element.text.rstrip().endswith("."):
        return False
    return bool(element.metadata.page_name == following.metadata.page_name)
