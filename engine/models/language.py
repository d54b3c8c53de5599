"""From a folder to a generator that writes many answers at once."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from engine.batching.admission import Limits
from engine.batching.batch_runner import BatchRunner
from engine.batching.plan import Chosen, Row, Stepper, Underway
from engine.cards import ModelCard, Role
from engine.decoder.group import Group
from engine.decoder.opening import Extent, open_stepper
from engine.decoder.shape import read_shape
from engine.devices import Courtesy, Place
from engine.models.chat_format import open_chat_format
from engine.models.sources import ModelFolder
from engine.ranks.stepper import RankedStepper

_LOG = logging.getLogger("engine")
_GIB = 1 << 30
# Of a CPU: room for one long conversation, or some short ones side by side.
_CPU_CONTEXT = 8192
_CPU_SEATS = 4
_CPU_STEP = 512  # tokens of prompts read before those who wait for a word get the next


class Opened(Stepper, Protocol):
    """A stepper that knows its size."""

    longest: int  # context in tokens

    @property
    def weight_bytes(self) -> int: ...

    @property
    def cache_bytes(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of whoever starts the engine."""

    context: int  # tokens; 0: what the model and the memory allow
    seats: int  # answers written at once; 0: as fits the device
    memory_share: float  # of a GPU
    ranks: int  # devices that share the model
    eight_bits: bool
    max_queue: int


def open_generator(
    folder: ModelFolder,
    place: Place,
    wishes: Wishes,
    report: Callable[[float], None],
    courtesy: Courtesy,
) -> tuple[ModelCard, BatchRunner]:
    """`report` takes the share of the weights that is read.

    Raises: ModelBroken, OSError, ValueError when the folder holds no such model, or one too large.
    """
    chat = open_chat_format(folder.path)
    extent = extent_for(folder, place, wishes)
    stepper: Opened
    if wishes.ranks > 1:
        stepper = RankedStepper(folder.path, place, wishes.ranks, extent, report)
    else:
        stepper = open_stepper(folder.path, place, Group(), extent, report)
    card = replace(_card(folder, place, stepper), gpus=place.gpus(wishes.ranks))
    _tell(card, stepper)
    return card, BatchRunner(
        chat, Announced(stepper, courtesy), Limits(stepper.longest, wishes.max_queue)
    )


class Announced:
    """A Stepper that says what it does to others on its GPU."""

    def __init__(self, stepper: Stepper, courtesy: Courtesy) -> None:
        self.room = stepper.room
        self._stepper = stepper
        self._courtesy = courtesy

    def step(self, rows: Sequence[Row]) -> Sequence[Chosen] | Underway:
        if any(len(row.tokens) > 1 for row in rows):
            self._courtesy.reads()
        answer = self._stepper.step(rows)
        return (
            Underway(partial(self._heard, answer.read)) if isinstance(answer, Underway) else answer
        )

    def close(self) -> None:
        self._stepper.close()

    def _heard(self, read: Callable[[], Sequence[Chosen]]) -> Sequence[Chosen]:
        try:
            return read()
        finally:
            self._courtesy.writes()


def extent_for(folder: ModelFolder, place: Place, wishes: Wishes) -> Extent:
    """Raises: ModelBroken."""
    if place.device.type == "cuda":
        return Extent(
            longest=wishes.context or None,
            memory_share=wishes.memory_share,
            seats=wishes.seats or 256,
            eight_bits=wishes.eight_bits,
        )
    shape = read_shape(folder.path)
    longest = min(wishes.context or _CPU_CONTEXT, shape.positions)
    return Extent(
        cache_bytes=(longest + 64) * shape.kv_bytes(place.dtype.itemsize),
        longest=longest,
        seats=wishes.seats or _CPU_SEATS,
        step_tokens=_CPU_STEP,
        eight_bits=wishes.eight_bits,
    )


def _card(folder: ModelFolder, place: Place, stepper: Opened) -> ModelCard:
    return ModelCard(
        id=folder.name,
        role=Role.GENERATOR,
        created=int(time.time()),
        max_tokens=stepper.longest,
        dtype=place.dtype_name,
        revision=folder.revision,
        cache_tokens=stepper.room.blocks * stepper.room.block_tokens,
        seats=stepper.room.seats,
    )


def _tell(card: ModelCard, stepper: Opened) -> None:
    """What fits, for whoever reads the log of the start."""
    tokens = card.cache_tokens or 0
    _LOG.info(
        "%s: weights %.1f GiB (%s); cache %.1f GiB = %s tokens: %d contexts of %s, "
        "at most %d answers at once",
        card.id,
        stepper.weight_bytes / _GIB,
        card.dtype,
        stepper.cache_bytes / _GIB,
        f"{tokens:,}",
        tokens // card.max_tokens,
        f"{card.max_tokens:,}",
        card.seats,
    )
