"""OpenDocument texts, as LibreOffice writes them."""

from zipfile import ZipFile

from ingestion.parsing.items import Item, Job
from ingestion.parsing.ocr.inserted import Inserted
from ingestion.parsing.open_document import Pictures, Walk, content_of
from ingestion.parsing.xml import attribute, local_name, parsed


def read(job: Job) -> list[Item]:
    content = content_of(job)
    pictures = Inserted(job)
    walk = Walk(Pictures(job.path, pictures), _title_styles(job))
    return [*walk.items(content), *pictures.rest()]


def _title_styles(job: Job) -> frozenset[str]:
    """LibreOffice's own style "Title", and those that a document derives from it."""
    found = {"Title"}
    with ZipFile(job.path) as container:
        for part in ("styles.xml", "content.xml"):
            if part in container.namelist():
                for style in parsed(container.read(part)).iter():
                    if (
                        local_name(style) == "style"
                        and attribute(style, "parent-style-name") == "Title"
                    ):
                        found.add(attribute(style, "name") or "Title")
    return frozenset(found)
