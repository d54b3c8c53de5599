"""What is attached to a document, read by the reader of its own format, in the same child.

An attachment that cannot be read is named and does no harm to what it is attached to. One that
is over a limit makes the whole file refused: it was made to do harm, or nobody would miss it.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final
from zipfile import BadZipFile, ZipFile

from ingestion.parsing import media
from ingestion.parsing.containers import check_container, count_bytes, count_members
from ingestion.parsing.items import Item, Job, OverLimit, Refused
from ingestion.parsing.reading import read_items
from ingestion.parsing.sniff import sniff_inside
from retrieval.errors import Invalid, Unsupported
from retrieval.types import BlockKind

_DEEPEST: Final = 3
# What libraries raise over damaged content. lxml's own error is a SyntaxError.
_DAMAGED: Final = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError),
    *(SyntaxError, TypeError, ValueError, BadZipFile, EOFError, struct.error, zlib.error),
)


@dataclass(frozen=True, slots=True)
class Attached:
    name: str  # as people see it; never used as a path
    content: bytes


def attached_items(job: Job, attached: list[Attached], level: int) -> list[Item]:
    """A list of the names, then each one's content below a heading of `level` with its name.

    Raises: OverLimit.
    """
    contents = [(one, _contents(job, one, level)) for one in attached]
    names = [one.name if items else f"{one.name} (not read)" for one, items in contents]
    if not names:
        return []
    listed = Item(BlockKind.PARAGRAPH, "Attachments: " + ", ".join(names))
    return [listed, *(item for _, items in contents for item in items)]


def _contents(job: Job, attached: Attached, level: int) -> list[Item]:
    """Nothing when it cannot be read, or is attached to what is attached too many times."""
    if job.depth == _DEEPEST:
        return []
    count_members(job, 1)
    count_bytes(job, len(attached.content))
    folder = job.folder / f"inside-{job.unpacked.members}"
    folder.mkdir()
    path = folder / f"file{PurePath(attached.name).suffix.lower()[:8]}"
    try:
        path.write_bytes(attached.content)
        media_type = sniff_inside(path, attached.name)
        inner = replace(
            job,
            path=path,
            media_type=media_type,
            filename=attached.name,
            folder=folder,
            report=_silently,
            depth=job.depth + 1,
        )
        items = _members(inner, level) if media_type == media.ZIP else read_items(inner)
    except OverLimit:
        raise
    except (Refused, Invalid, Unsupported, *_DAMAGED):
        return []
    return list(_below(attached.name, items, level)) if _has_words(items) else []


def _members(job: Job, level: int) -> list[Item]:
    """Of a zip archive."""
    check_container(job)
    with ZipFile(job.path) as archive:
        files = [member for member in archive.infolist() if not member.is_dir()]
        attached = [
            Attached(PurePath(member.filename).name, archive.read(member)) for member in files
        ]
    return attached_items(job, attached, level + 1)


def _below(name: str, items: list[Item], level: int) -> Iterator[Item]:
    """Pages and boxes are left out: they are those of the attachment, not of the document."""
    yield Item(BlockKind.HEADING, name, level=level)
    for item in items:
        plain = replace(item, page=None, boxes=())
        if item.kind is BlockKind.TITLE:
            yield replace(plain, kind=BlockKind.HEADING, level=level + 1)
        elif item.kind is BlockKind.HEADING:
            yield replace(plain, level=level + 1 + item.level)
        else:
            yield plain


def _has_words(items: list[Item]) -> bool:
    return any(item.text.strip() for item in items)


def _silently(done: int, total: int) -> None:
    """Progress is that of the document, not of what is attached to it."""
