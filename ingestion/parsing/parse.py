"""parse: one file in, blocks out; the work is done by a child process that may die of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingestion.parsing import wire
from ingestion.parsing.hearing import Hearing, answered
from ingestion.parsing.limits import ParseLimits
from ingestion.parsing.server import ForkServer
from retrieval.types import Block

__all__ = ["ParseLimits", "Parsed", "parse"]


@dataclass(frozen=True, slots=True)
class Parsed:
    title: str
    blocks: tuple[Block, ...]
    pages: int | None  # of a PDF or PPTX


def parse(
    server: ForkServer,
    path: Path,
    media_type: str,
    filename: str,
    limits: ParseLimits,
    on_progress: Callable[[int, int], None] | None = None,
) -> Parsed:
    """Blocks of the file in reading order; `filename` is what people call it.

    `on_progress(done, total)` is called in this thread, in pages.

    Raises: Unreadable, with a sentence for the person who uploaded it; Unavailable when the server
    ended, which has nothing to do with the file: it may be tried again.
    """

    def request(folder: Path) -> wire.Request:
        return wire.Request(path, media_type, filename, limits, folder)

    hearing = Hearing(filename, limits, on_progress or _unheard)
    answer = answered(server, request, hearing, "blocks")
    return Parsed(answer["title"], wire.decode_blocks(answer["blocks"]), answer["pages"])


def _unheard(done: int, total: int) -> None:
    """Nobody asked for progress."""
