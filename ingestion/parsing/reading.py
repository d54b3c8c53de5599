"""read_items: the reader of a file's format, loaded when it is needed; look_at: its pages."""

import importlib
from types import ModuleType
from typing import Final

from ingestion.parsing import wire
from ingestion.parsing.items import Item, Job, Refused
from ingestion.parsing.media import format_of

_RULES: Final = "ingestion.parsing.language_model"
_SHOWING: Final = "ingestion.parsing.showing"
_THROUGH_UNSTRUCTURED: Final = ("docx", "epub", "html", "markdown", "mhtml", "rst")
_WITHIN: Final = {"email": "html", "msg": "html"}  # what most files of a format hold
_WITH_THREADS: Final = ("image",)  # onnxruntime starts one when it is imported


def read_items(job: Job) -> list[Item]:
    """Raises: Refused; and whatever a library raises over a damaged file."""
    known = format_of(job.media_type)
    if known is None:
        raise Refused(f"{job.filename} has the type {job.media_type}, which is not read.")
    items: list[Item] = _loaded(known.reader).read(job)
    return items


def look_at(job: Job, look: wire.Look) -> bytes:
    """A line that answers. Raises: as `read_items`."""
    line: bytes = importlib.import_module(_SHOWING).answer(job, look)
    return line


def make_ready(media_type: str, *, looks: bool = False) -> None:
    """Imports what reads such a file and needs no file for it; a second time it costs nothing.

    With `looks`, what draws its pages. Starts no thread. Raises: ImportError.
    """
    if looks:
        importlib.import_module(_SHOWING)
        return
    known = format_of(media_type)
    if known is None or known.reader in _WITH_THREADS:
        return
    _loaded(known.reader)
    within = _WITHIN.get(known.reader, known.reader)
    if within in _THROUGH_UNSTRUCTURED:
        _loaded(within)
        importlib.import_module(_RULES).use_rules_only()


def _loaded(reader: str) -> ModuleType:
    # NOTE: the only import by name. A reader's libraries cost up to a second and 150 MiB, so
    # those of one format are loaded when the first such file comes.
    return importlib.import_module(f"ingestion.parsing.readers.{reader}")
