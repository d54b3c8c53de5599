"""Markdown, rendered to HTML and read as that, which is how `unstructured` does it too."""

from typing import Final

from markdown import markdown

from ingestion.parsing.encoding import decode
from ingestion.parsing.items import Item, Job
from ingestion.parsing.markup import items_of_html

_EXTENSIONS: Final = ("tables", "fenced_code", "sane_lists")


def read(job: Job) -> list[Item]:
    text = decode(job.path.read_bytes())
    return items_of_html(markdown(text, extensions=list(_EXTENSIONS)))
