"""parse: one file in, blocks out; the work is done by a child process that may die of it."""

import json
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import structlog

from ingestion.parsing import wire
from ingestion.parsing.errors import Unreadable
from ingestion.parsing.limits import MIB, ParseLimits
from ingestion.parsing.sandbox import Ending, run_child
from ingestion.parsing.server import ForkServer
from retrieval.types import Block

log = structlog.get_logger()

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
    hearing = _Hearing(filename, limits, on_progress or _unheard)

    def request(folder: Path) -> bytes:
        return wire.encode_request(wire.Request(path, media_type, filename, limits, folder))

    ending = run_child(server, request, limits.seconds, hearing.take)
    answer = hearing.answer
    if "refused" in answer:
        raise Unreadable(answer["refused"], detail=ending.complaint)
    if ending.status != 0 or "blocks" not in answer:
        raise Unreadable(_explain(filename, ending, limits), detail=ending.complaint)
    return Parsed(answer["title"], wire.decode_blocks(answer["blocks"]), answer["pages"])


@cache
def _warn_of(missing: tuple[str, ...]) -> None:
    """Once: the operator can do something about it, see docs/operations.md."""
    log.warning("parser_fences_missing", missing=missing)


@dataclass(slots=True)
class _Hearing:
    """What the child has said so far."""

    filename: str
    limits: ParseLimits
    on_progress: Callable[[int, int], None]
    answer: dict[str, Any] = field(default_factory=dict)
    scanned: int = 0

    def take(self, line: bytes) -> float:
        """Hears one line; the seconds that it earns the child."""
        if not line.endswith(b"\n"):
            raise Unreadable(f"{self.filename} holds more text than can be read at once.")
        said = json.loads(line)
        if "scanned" in said:
            self.scanned += 1
            may_go_on = self.scanned <= self.limits.scanned_pages and self.limits.ocr == "auto"
            return self.limits.scanned_page_seconds if may_go_on else 0.0
        if "missing" in said:
            _warn_of(tuple(said["missing"]))
        elif "progress" in said:
            self.on_progress(*said["progress"])
        else:
            self.answer.update(said)
        return 0.0


def _unheard(done: int, total: int) -> None:
    """Nobody asked for progress."""


def _explain(filename: str, ending: Ending, limits: ParseLimits) -> str:
    if ending.expired or ending.status == -signal.SIGXCPU:
        return f"{filename} took longer than {limits.seconds:g} seconds to read, so it was stopped."
    if ending.status == wire.EXIT_MEMORY or "MemoryError" in ending.complaint:
        return (
            f"{filename} needs more than {limits.memory_bytes // MIB} MiB of memory to read, "
            "so it was stopped."
        )
    if ending.status == wire.EXIT_NETWORK:
        return f"{filename} made its reader reach for the network, so it was stopped."
    return f"{filename} is damaged or incomplete and could not be read."
