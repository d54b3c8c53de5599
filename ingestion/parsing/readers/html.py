"""Web pages, through `unstructured`, without scripts and navigation."""

from ingestion.parsing.encoding import decode_html
from ingestion.parsing.items import Item, Job
from ingestion.parsing.markup import items_of_html


def read(job: Job) -> list[Item]:
    return items_of_html(decode_html(job.path.read_bytes()))
