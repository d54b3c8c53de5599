"""The Stepper of engine/batching/plan.py over several processes, each with its slice."""

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from engine.batching.plan import Chosen, Row, Underway
from engine.decoder.opening import Extent
from engine.devices import Place
from engine.ranks.crew import Crew, Ready, free_port
from engine.ranks.post import Post
from engine.ranks.wire import RowWriter, chosen_in


class RankedStepper:
    """After a process ended, the next step starts all of them anew and waits for them."""

    def __init__(
        self,
        folder: Path,
        place: Place,
        ranks: int,
        extent: Extent,
        report: Callable[[float], None],
    ) -> None:
        """`report` takes the share of the weights that is read. Raises: ModelBroken."""
        self._start = partial(_started, folder, place, ranks, extent)
        self._crew, ready = self._start(report)
        self._writer = RowWriter()
        self._lost = False
        self.room, self.longest = ready.room, ready.longest
        self.weight_bytes, self.cache_bytes = ready.weight_bytes, ready.cache_bytes

    def step(self, rows: Sequence[Row]) -> Underway:
        """Raises: DeviceFailed."""
        if self._lost or not self._crew.whole:
            self._crew.end()
            self._crew, _ = self._start(lambda _share: None)
            self._writer, self._lost = RowWriter(), False
        self._lost = True  # until the last word of this step is heard
        self._crew.tell(self._writer.frame(rows))
        return Underway(self._heard)

    def close(self) -> None:
        self._crew.end()

    def _heard(self) -> Sequence[Chosen]:
        chosen = chosen_in(self._crew.hear())
        self._lost = False
        return chosen


def _started(
    folder: Path, place: Place, ranks: int, extent: Extent, report: Callable[[float], None]
) -> tuple[Crew, Ready]:
    meeting, entropy = free_port(), secrets.randbits(31)
    posts = [
        Post(
            rank=rank,
            ranks=ranks,
            meeting=meeting,
            folder=str(folder),
            device=place.device.type,
            dtype=place.dtype_name,
            threads=max(1, place.threads // ranks),
            extent=asdict(replace(extent, entropy=entropy)),
            parent=os.getpid(),
        )
        for rank in range(ranks)
    ]
    crew = Crew(posts)
    return crew, crew.wait(report)
