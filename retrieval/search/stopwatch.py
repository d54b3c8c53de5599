"""How long each stage of one search took."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

SearchStage = Literal["filter", "embed", "keywords", "meaning", "read", "fuse", "rerank"]


@dataclass(frozen=True, slots=True)
class Stopwatch:
    clock: Callable[[], float]  # seconds
    seconds: dict[str, float] = field(default_factory=dict)  # by SearchStage; those that began

    @contextmanager
    def of(self, stage: SearchStage) -> Iterator[None]:
        """Adds to what the stage took before: a search that goes deeper asks its legs again."""
        began = self.clock()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + self.clock() - began
