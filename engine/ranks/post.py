"""What a rank is told when it begins."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Post:
    rank: int
    ranks: int
    meeting: int  # TCP port of this machine where the ranks find each other
    folder: str
    device: str  # "cuda" | "cpu"
    dtype: str
    threads: int
    extent: dict[str, Any]  # engine.decoder.opening.Extent
    parent: int  # process id
