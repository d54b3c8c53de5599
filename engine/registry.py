"""Which models there are, how far each has come, and who does their work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

from engine.cards import ModelCard, Role
from engine.errors import NotReady, UnknownModel
from engine.runners import EmbeddingRunner, GenerationRunner, Load, RerankRunner, Runner

_ANY = frozenset({"", "default"})  # names that mean the only model of a role


class State(StrEnum):
    WAITING = "waiting"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    id: str
    role: Role
    state: State = State.WAITING
    progress: float = 0.0  # 0 to 1
    detail: str = "waits for its turn"


R = TypeVar("R", bound=Runner)
Report = Callable[[float, str], None]  # progress from 0 to 1, what is being done


class Slot(Generic[R]):
    """The place of one model. Written by the loading thread, read by the server: each attribute
    changes in one piece.
    """

    def __init__(self, model_id: str, role: Role, choice: str) -> None:
        """`choice`: as the command line names it, which for a folder is its whole path."""
        self.status = ModelStatus(model_id, role)
        self._names = frozenset({model_id, choice})
        self._loaded: tuple[ModelCard, R] | None = None

    def answers_to(self, name: str) -> bool:
        return name in self._names

    @property
    def card(self) -> ModelCard | None:
        """None until the model is ready."""
        return self._loaded[0] if self._loaded else None

    def report(self, progress: float, detail: str) -> None:
        self.status = replace(self.status, state=State.LOADING, progress=progress, detail=detail)

    def fill(self, card: ModelCard, runner: R) -> None:
        self._loaded = (card, runner)
        detail = "answers requests"
        self.status = replace(self.status, state=State.READY, progress=1.0, detail=detail)

    def fail(self, reason: str) -> None:
        self.status = replace(self.status, state=State.FAILED, detail=reason)

    def ready(self) -> tuple[ModelCard, R]:
        """Raises: NotReady while it loads, or when loading failed."""
        if self._loaded is not None:
            return self._loaded
        status = self.status
        if status.state is State.FAILED:
            raise NotReady(
                f"The model {status.id} could not be loaded: {status.detail}", retry_after=30.0
            )
        raise NotReady(f"The model {status.id} is still loading: {status.detail}.")

    def load(self) -> Load:
        return self._loaded[1].load() if self._loaded else Load(0, 0)

    def close(self) -> None:
        if self._loaded is not None:
            self._loaded[1].close()


AnySlot = Slot[EmbeddingRunner] | Slot[GenerationRunner] | Slot[RerankRunner]


@dataclass(frozen=True, slots=True)
class Registry:
    """At most one model of each role."""

    embedder: Slot[EmbeddingRunner] | None = None
    generator: Slot[GenerationRunner] | None = None
    reranker: Slot[RerankRunner] | None = None

    def slots(self) -> Sequence[AnySlot]:
        """In the order of loading: search works as soon as the embedder does."""
        return [slot for slot in (self.embedder, self.generator, self.reranker) if slot is not None]

    def statuses(self) -> list[ModelStatus]:
        return [slot.status for slot in self.slots()]

    def cards(self) -> list[ModelCard]:
        return [card for slot in self.slots() if (card := slot.card) is not None]

    def embedder_named(self, name: str) -> tuple[ModelCard, EmbeddingRunner]:
        """Raises: UnknownModel, NotReady."""
        return _named(self.embedder, Role.EMBEDDER, name)

    def generator_named(self, name: str) -> tuple[ModelCard, GenerationRunner]:
        """Raises: UnknownModel, NotReady."""
        return _named(self.generator, Role.GENERATOR, name)

    def reranker_named(self, name: str) -> tuple[ModelCard, RerankRunner]:
        """Raises: UnknownModel, NotReady."""
        return _named(self.reranker, Role.RERANKER, name)

    def close(self) -> None:
        for slot in self.slots():
            slot.close()


def _named(slot: Slot[R] | None, role: Role, name: str) -> tuple[ModelCard, R]:
    if slot is None:
        raise UnknownModel(f"This engine runs no {role}.")
    if name not in _ANY and not slot.answers_to(name):
        raise UnknownModel(f"There is no {role} named {name!r} here; there is {slot.status.id!r}.")
    return slot.ready()
