"""What the doctor says of one thing that it looked at."""

from dataclasses import dataclass

REPAIR = "colophon doctor --repair"


@dataclass(frozen=True, slots=True)
class Finding:
    check: str  # e.g. "index: Handbook"
    ok: bool
    detail: str
    fix: str = ""  # the command that mends it; empty when `ok`
