"""parse: one file in, blocks out; the work is done by a child process that may die of it."""

import json
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.parsing import wire
from ingestion.parsing.errors import Unreadable
from ingestion.parsing.limits import MIB, ParseLimits
from ingestion.parsing.sandbox import Ending, run_child
from retrieval.types import Block

__all__ = ["ParseLimits", "Parsed", "parse"]


@dataclass(frozen=True, slots=True)
class Parsed:
    title: str
    blocks: tuple[Block, ...]
    pages: int | None  # of a PDF or PPTX


def parse(
    path: Path,
    media_type: str,
    filename: str,
    limits: ParseLimits,
    on_progress: Callable[[int, int], None] | None = None,
) -> Parsed:
    """Blocks of the file in reading order; `filename` is what people call it.

    `on_progress(done, total)` is called in this thread, in pages.

    Raises: Unreadable, with a sentence for the person who uploaded it.
    """
    answer: dict[str, Any] = {}
    spare = limits.scanning_seconds

    def take(line: bytes) -> float:
        nonlocal spare
        if not line.endswith(b"\n"):
            raise Unreadable(f"{filename} holds more text than can be read at once.")
        said = json.loads(line)
        if "scanned" in said:
            more = min(spare, limits.scanned_page_seconds)
            spare -= more
            return more
        if "progress" not in said:
            answer.update(said)
        elif on_progress is not None:
            on_progress(*said["progress"])
        return 0.0

    ending = run_child(
        wire.encode_request(path, media_type, filename, limits), limits.seconds, take
    )
    if "refused" in answer:
        raise Unreadable(answer["refused"], detail=ending.complaint)
    if ending.status != 0 or "blocks" not in answer:
        raise Unreadable(_explain(filename, ending, limits), detail=ending.complaint)
    return Parsed(answer["title"], wire.decode_blocks(answer["blocks"]), answer["pages"])


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
