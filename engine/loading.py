"""Loads the models one after another in a thread, while the server already answers."""

import gc
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol, TypeVar

from engine.bundled import names
from engine.cards import ModelCard, Role
from engine.errors import EngineError
from engine.options import BUNDLED, NONE, Options
from engine.registry import Registry, Report, Slot
from engine.runners import EmbeddingRunner, GenerationRunner, RerankRunner, Runner

_BUNDLED = {Role.EMBEDDER: names.EMBEDDER, Role.GENERATOR: names.GENERATOR}

R = TypeVar("R", bound=Runner)


class Openers(Protocol):
    """Each loads the model of one role; takes seconds to minutes. Raises: EngineError, OSError,
    ValueError, RuntimeError, as the libraries below do for a folder that they cannot read.
    """

    def embedder(self, report: Report) -> tuple[ModelCard, EmbeddingRunner]: ...

    def generator(self, report: Report) -> tuple[ModelCard, GenerationRunner]: ...

    def reranker(self, report: Report) -> tuple[ModelCard, RerankRunner]: ...


def registry_for(options: Options) -> Registry:
    """Empty slots for the models that the options ask for."""
    return Registry(
        embedder=_slot(options.embedder, Role.EMBEDDER),
        generator=_slot(options.generator, Role.GENERATOR),
        reranker=_slot(options.reranker, Role.RERANKER),
    )


def model_openers(options: Options) -> Openers:
    """The one late import of the engine: torch takes seconds, and the server answers before it."""
    openers: Openers = import_module("engine.models.openers").ModelOpeners(options)
    return openers


def start_loading(models: Registry, make_openers: Callable[[], Openers]) -> None:
    """Returns at once; `models` tells how far it is."""
    thread = threading.Thread(
        target=load_all, args=(models, make_openers), name="loading", daemon=True
    )
    thread.start()


def load_all(models: Registry, make_openers: Callable[[], Openers]) -> None:
    """Fills the slots in order. A model that cannot be loaded does not stop the others."""
    slots = models.slots()
    if not slots:
        return
    slots[0].report(0.05, "imports torch")
    openers = make_openers()
    if models.embedder is not None:
        _fill(models.embedder, openers.embedder)
    if models.generator is not None:
        _fill(models.generator, openers.generator)
    if models.reranker is not None:
        _fill(models.reranker, openers.reranker)
    # What is loaded stays: the collector need not look through it again between two steps.
    gc.collect()
    gc.freeze()


def _fill(slot: Slot[R], open_model: Callable[[Report], tuple[ModelCard, R]]) -> None:
    slot.report(0.1, "looks for the model")
    reason = "an unforeseen error, see the log"
    try:
        slot.fill(*open_model(slot.report))
    except (EngineError, OSError, ValueError, RuntimeError, ImportError, KeyError) as error:
        reason = str(error)
    finally:
        if slot.card is None:
            slot.fail(reason)


def _slot(choice: str, role: Role) -> Slot[R] | None:
    if choice == NONE:
        return None
    return Slot(_shown_name(choice, role), role, choice)


def _shown_name(choice: str, role: Role) -> str:
    """A hub id is shown as it is, a folder by its last part."""
    if choice == BUNDLED:
        return _BUNDLED.get(role, BUNDLED)
    folder = Path(choice).expanduser()
    return folder.resolve().name if folder.is_dir() else choice
