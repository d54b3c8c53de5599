"""What a reader hands out before headings are put above their text, and the job it works on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.parsing.limits import ParseLimits
from retrieval.types import BlockKind, Box


@dataclass(frozen=True, slots=True)
class Item:
    """A block that does not know yet what stands above it."""

    kind: BlockKind
    text: str
    level: int = 0  # of a heading, from 1
    page: int | None = None
    sheet: str | None = None
    cells: str | None = None  # "B2:F14" of the sheet
    boxes: tuple[Box, ...] = ()  # offsets are those of `text` as the reader hands it out


@dataclass(slots=True)
class Unpacked:
    """What has been unpacked so far, by a file and by all the files inside it together."""

    members: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    path: Path
    media_type: str
    filename: str
    limits: ParseLimits
    folder: Path  # private and empty; removed when the child has ended
    report: Callable[[int, int], None]  # pages done, pages in all
    extend: Callable[[], None] = lambda: None  # a picture is read now: that takes its own time
    depth: int = 0  # 1 for an attachment, 2 for what is attached to that
    unpacked: Unpacked = field(default_factory=Unpacked)  # shared with the jobs inside this one


class Refused(Exception):
    """The reader understood the file well enough to say why it cannot be read. For people."""


class OverLimit(Refused):
    """It is larger than an administrator allows, or made to do harm: nothing of it is kept."""
