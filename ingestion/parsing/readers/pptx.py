"""PowerPoint presentations, through `unstructured`; a slide is a page and its title a heading."""

from dataclasses import replace
from itertools import groupby

from unstructured.partition.pptx import partition_pptx

from ingestion.parsing.containers import check_container, transitional
from ingestion.parsing.elements import items_of
from ingestion.parsing.items import Item, Job
from ingestion.parsing.language_model import use_rules_only
from retrieval.types import BlockKind


def read(job: Job) -> list[Item]:
    check_container(job.path, job.filename, job.limits)
    use_rules_only()
    path = transitional(job.path, job.folder)
    elements = partition_pptx(
        filename=str(path), include_slide_notes=True, infer_table_structure=True, languages=[""]
    )
    items = [_as_text_unless_slide_title(item) for item in items_of(elements)]
    slides = groupby(items, key=lambda item: item.page)
    titled = [item for number, slide in slides for item in _titled(number, list(slide))]
    if titled and titled[0].page == 1 and titled[0].kind is BlockKind.HEADING:
        # The title of the first slide is that of the presentation.
        titled[0] = replace(titled[0], kind=BlockKind.TITLE)
    return titled


def _titled(number: int | None, slide: list[Item]) -> list[Item]:
    """The slide with its title first; one without a title does not stand below the slide before."""
    title = next((item for item in slide if item.kind is BlockKind.HEADING), None)
    rest = [item for item in slide if item is not title]
    if title is None and number == 1:
        return rest
    return [title or Item(BlockKind.HEADING, f"Slide {number}", level=1, page=number), *rest]


def _as_text_unless_slide_title(item: Item) -> Item:
    """`unstructured` gives the title placeholder depth 0; deeper titles are short lines of text."""
    if item.kind is BlockKind.HEADING and item.level > 1:
        return Item(BlockKind.PARAGRAPH, item.text, page=item.page)
    return item
