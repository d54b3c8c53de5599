"""What a child says about its file, and what its end means for people."""

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

log = structlog.get_logger()

Answer = dict[str, Any]  # lines of JSON, added up


@cache
def _warn_of(missing: tuple[str, ...]) -> None:
    """Once: the operator can do something about it, see docs/operations.md."""
    log.warning("parser_fences_missing", missing=missing)


@dataclass(slots=True)
class Hearing:
    """What the child has said so far."""

    filename: str
    limits: ParseLimits
    on_progress: Callable[[int, int], None]
    answer: Answer = field(default_factory=dict)
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


def answered(
    server: ForkServer, request: Callable[[Path], wire.Request], hearing: Hearing, wanted: str
) -> Answer:
    """All that a child says; `wanted` is among it. Raises: Unreadable, Unavailable."""

    def encoded(folder: Path) -> bytes:
        return wire.encode_request(request(folder))

    ending = run_child(server, encoded, hearing.limits.seconds, hearing.take)
    answer = hearing.answer
    if "refused" in answer:
        raise Unreadable(answer["refused"], detail=ending.complaint)
    if ending.status != 0 or wanted not in answer:
        explained = _explain(hearing.filename, ending, hearing.limits)
        raise Unreadable(explained, detail=ending.complaint)
    return answer


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
