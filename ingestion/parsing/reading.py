"""read_items: the reader of a file's format, loaded when it is needed."""

import importlib

from ingestion.parsing.items import Item, Job, Refused
from ingestion.parsing.media import format_of


def read_items(job: Job) -> list[Item]:
    """Raises: Refused; and whatever a library raises over a damaged file."""
    known = format_of(job.media_type)
    if known is None:
        raise Refused(f"{job.filename} has the type {job.media_type}, which is not read.")
    # NOTE: the only import by name. A reader's libraries cost up to two seconds and 200 MiB, so
    # the child loads those of one format; they are loaded behind the fences.
    reader = importlib.import_module(f"ingestion.parsing.readers.{known.reader}")
    items: list[Item] = reader.read(job)
    return items
