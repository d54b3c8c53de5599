"""PowerPoint presentations, through `unstructured`; a slide is a page and its title a heading."""

from unstructured.partition.pptx import partition_pptx

from ingestion.parsing.containers import check_container, transitional
from ingestion.parsing.elements import items_of
from ingestion.parsing.items import Item, Job
from ingestion.parsing.language_model import use_installed_model
from retrieval.types import BlockKind


def read(job: Job) -> list[Item]:
    check_container(job.path, job.filename, job.limits)
    use_installed_model()
    path = transitional(job.path, job.folder)
    elements = partition_pptx(
        filename=str(path), include_slide_notes=True, infer_table_structure=True, languages=[""]
    )
    return [_as_text_unless_slide_title(item) for item in items_of(elements)]


def _as_text_unless_slide_title(item: Item) -> Item:
    """`unstructured` gives the title placeholder depth 0; deeper titles are short lines of text."""
    if item.kind is BlockKind.HEADING and item.level > 1:
        return Item(BlockKind.PARAGRAPH, item.text, page=item.page)
    return item
